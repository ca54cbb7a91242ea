#pragma once
/// Measures a world, for `reverie eval` and for recipes.

#include "tools/evaluation.h"

namespace rv::tools {

struct Measurement {
    std::string title;
    nlohmann::json json;
    world_model::Report report;
    torch::Tensor sheet;  ///< (H, W, 3) uint8, see comparison_sheet(); undefined where there is none
};

/// Against the world's simulator. @param parts of Evaluation::parts(); empty: all. @throws Error
Measurement measure(world_model::World& world, const EvaluationPlan& plan,
                    const std::vector<std::string>& parts = {});

/// Tokenizer and prediction, on the episodes of a dataset instead of a simulator's. Of the plan, the horizon
/// and the sampler steps count.
/// @throws UsageError if no episode is as long as a prediction, or the pictures are not of the world's size.
Measurement measure_on(world_model::World& world, const std::filesystem::path& dataset,
                       const EvaluationPlan& plan);

/// evaluation.json, evaluation.md, plots and, where there is one, sheet.png. @throws FileError
void write_measurement(const std::filesystem::path& folder, const Measurement& measurement);

}  // namespace rv::tools
