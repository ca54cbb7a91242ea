/// reverie parity: whether a network computes what its authors' program does.

#include "world_model/families/parity.h"

#include <cstdio>
#include <memory>
#include <string>

#include "tools/command.h"

namespace rv::tools {
namespace {

struct Options {
    std::string folder;
    bool json = false;
};

void print_text(const world_model::families::ParityReport& report) {
    std::printf("%s\n  %-46s %10s %10s\n", report.family.c_str(), "stage", "largest", "mean");
    for (const auto& stage : report.stages) {
        std::printf("  %-46s %10.3g %10.3g", stage.stage.c_str(), stage.largest, stage.mean);
        if (stage.share_bar > 0)
            std::printf("  %.2f %% within one step of 8 bits", 100 * stage.share_within_one_step);
        std::printf("%s\n", !stage.judged ? "  (not judged)" : stage.passed() ? "" : "  too far");
    }
}

int parity(const Options& options) {
    const auto report = world_model::families::check_parity(options.folder);
    if (options.json)
        std::printf("%s\n", report.to_json().c_str());
    else
        print_text(report);
    return report.passed() ? 0 : 1;
}

const Command kParity(
    "parity", "Compare a network of another family with its authors' program", [](CLI::App& app) -> Run {
        auto options = std::make_shared<Options>();
        app.add_option("folder", options->folder,
                       "Reference case: weights, config.json and rollout.safetensors")
            ->required()
            ->check(CLI::ExistingDirectory);
        app.add_flag("--json", options->json, "Print one JSON object");
        app.footer(
            "Prints the largest and the mean difference of each stage, in float32 on the "
            "processor, and ends\n"
            "with status 1 if one is too large. docs/families tells what such a folder holds.");
        return [options] { return parity(*options); };
    });

}  // namespace
}  // namespace rv::tools
