#include <algorithm>
#include <cstdio>
#include <memory>

#include "tools/command.h"
#include "tools/diagnosis.h"

namespace rv::tools {
namespace {

struct Options {
    bool json = false;
};

void print_text(const Diagnosis& diagnosis) {
    for (const Section& section : diagnosis.sections) {
        std::printf("%s\n", section.title.c_str());
        for (const Row& row : section.rows)
            if (!row.text.empty()) std::printf("  %-20s %s\n", row.label.c_str(), row.text.c_str());
        if (section.rows.empty()) std::printf("  none\n");
        std::printf("\n");
    }
    if (diagnosis.shortfalls.empty()) {
        std::printf("Nothing is missing.\n");
        return;
    }
    std::printf("Missing\n");
    for (const Shortfall& shortfall : diagnosis.shortfalls)
        std::printf("  %s %s\n    -> %s\n",
                    shortfall.needed ? "needed:  " : "optional:", shortfall.what.c_str(),
                    shortfall.remedy.c_str());
}

void print_json(const Diagnosis& diagnosis) {
    nlohmann::ordered_json report;
    for (const Section& section : diagnosis.sections) {
        auto& values = report[section.key] = nlohmann::ordered_json::object();
        for (const Row& row : section.rows) values[row.key] = row.value;
    }
    report["missing"] = nlohmann::ordered_json::array();
    for (const Shortfall& shortfall : diagnosis.shortfalls)
        report["missing"].push_back(
            {{"what", shortfall.what}, {"remedy", shortfall.remedy}, {"needed", shortfall.needed}});
    std::printf("%s\n", report.dump(2).c_str());
}

int doctor(const Options& options) {
    const Diagnosis diagnosis = diagnose();
    options.json ? print_json(diagnosis) : print_text(diagnosis);
    return std::ranges::any_of(diagnosis.shortfalls, &Shortfall::needed) ? 1 : 0;
}

const Command kDoctor("doctor", "Say what this machine can do, and what is missing",
                      [](CLI::App& app) -> Run {
                          auto options = std::make_shared<Options>();
                          app.add_flag("--json", options->json, "Print one JSON object");
                          return [options] { return doctor(*options); };
                      });

}  // namespace
}  // namespace rv::tools
