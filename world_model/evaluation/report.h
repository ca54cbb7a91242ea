#pragma once
/// What every part of the evaluation hands back: figures with intervals and baselines, and curves.

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
};

}  // namespace rv::world_model
