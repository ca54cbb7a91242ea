#pragma once
/// What every part of the evaluation hands back: figures with intervals and baselines, and curves.

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "world_model/evaluation/statistics.h"
#include "world_model/training/plot.h"

namespace rv::world_model {

struct Figure {
    std::string key;  ///< "prediction.h16.psnr_db": its place in the JSON report
    Estimate estimate;
    /// Baselines and references, by their keys beside the figure's own.
    std::vector<std::pair<std::string, double>> beside;
    int digits = 2;  ///< after the point
};

struct Plot {
    std::string name;  ///< of the file, without ".png"
    PlotOptions options;
    std::vector<Curve> curves;
};

struct Report {
    std::vector<Figure> figures;
    std::vector<Plot> plots;
    std::vector<std::string> remarks;  ///< what a reader must know: collapses, parts left out

    void append(Report other);
};

/// Puts every figure at its key: the value, "<key>_ci" with the ends of its 95 % interval, and what stands
/// beside it; null where nothing was measured.
void put_figures(nlohmann::json& to, const Report& report);
/// A table of figures with intervals and baselines, then the remarks.
std::string markdown(const Report& report);
/// evaluation.json, evaluation.md and one PNG a plot. @throws FileError.
void write_report(const std::filesystem::path& folder, const nlohmann::json& json, const std::string& title,
                  const Report& report);

}  // namespace rv::world_model
