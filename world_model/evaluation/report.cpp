#include "world_model/evaluation/report.h"

#include <cmath>
#include <cstdio>

#include "engine/core/atomic_file.h"
#include "engine/core/error.h"

namespace rv::world_model {
namespace {

nlohmann::json rounded(double value, int digits) {
    if (!std::isfinite(value)) return nullptr;
    if (digits == 0) return std::llround(value);
    const double scale = std::pow(10, digits);
    return std::round(value * scale) / scale;
}

std::string text(double value, int digits) {
    if (!std::isfinite(value)) return "-";
    char buffer[48];
    std::snprintf(buffer, sizeof buffer, "%.*f", digits, value);
    return buffer;
}

// Counts have no digits after the point whatever stands beside them.
int digits_of(double value, int digits) {
    return value == std::round(value) && std::abs(value) >= 2 ? 0 : digits;
}

}  // namespace

void Report::append(Report other) {
    const auto move = [](auto& to, auto& from) {
        to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
    };
    move(figures, other.figures);
    move(plots, other.plots);
    move(remarks, other.remarks);
}

void put_figures(nlohmann::json& to, const Report& report) {
    for (const Figure& figure : report.figures) {
        nlohmann::json* at = &to;
        std::string key = figure.key;
        for (size_t dot = key.find('.'); dot != std::string::npos; dot = key.find('.')) {
            at = &(*at)[key.substr(0, dot)];
            key.erase(0, dot + 1);
        }
        const auto& e = figure.estimate;
        (*at)[key] = rounded(e.value, figure.digits);
        if (std::isfinite(e.low))
            (*at)[key + "_ci"] = {rounded(e.low, figure.digits), rounded(e.high, figure.digits)};
        for (const auto& [name, value] : figure.beside)
            (*at)[name] = rounded(value, digits_of(value, figure.digits));
    }
}

std::string markdown(const Report& report) {
    std::string table = "| figure | value | 95 % | beside it |\n|---|---|---|---|\n";
    for (const Figure& figure : report.figures) {
        const auto& e = figure.estimate;
        const std::string interval =
            std::isfinite(e.low) ? text(e.low, figure.digits) + " to " + text(e.high, figure.digits) : "";
        std::string beside;
        for (const auto& [name, value] : figure.beside) {
            if (!std::isfinite(value)) continue;
            beside +=
                (beside.empty() ? "" : ", ") + name + " " + text(value, digits_of(value, figure.digits));
        }
        table += "| `" + figure.key + "` | " + text(e.value, figure.digits) + " | " + interval + " | " +
                 beside + " |\n";
    }
    for (const std::string& remark : report.remarks) table += "\n- " + remark;
    return report.remarks.empty() ? table : table + "\n";
}

void write_report(const std::filesystem::path& folder, const nlohmann::json& json, const std::string& title,
                  const Report& report) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) throw FileError(folder.string(), "cannot be made: " + error.message());
    std::string page = "# " + title + "\n\n" + markdown(report);
    for (const auto& plot : report.plots) {
        write_plot(folder / (plot.name + ".png"), plot.curves, plot.options);
        page += "\n![" + plot.options.title + "](" + plot.name + ".png)\n";
    }
    write_file_atomically(folder / "evaluation.json", json.dump(2) + "\n");
    write_file_atomically(folder / "evaluation.md", page);
}

}  // namespace rv::world_model
