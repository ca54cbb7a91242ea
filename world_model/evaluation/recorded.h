#pragma once
/// How well a world predicts the episodes of a dataset that it was not trained on: what can be measured
/// without a simulator, of any recordings.

#include <torch/torch.h>

#include <filesystem>
#include <vector>

#include "world_model/world.h"

namespace rv::world_model {

struct RecordedPlan {
    int context = 4;    ///< true frames shown before each prediction
    int horizon = 16;   ///< frames predicted
    int rollouts = 40;  ///< evenly over the dataset
    uint64_t seed = 1;
};

struct RecordedQuality {
    double tokenizer_psnr_db = 0;  ///< of what the tokenizer gives back, at its own resolution
    /// Means by horizon: entry k belongs to the (k + 1)-th predicted frame.
    std::vector<double> psnr_db, copy_last_psnr_db;
    std::vector<int64_t> count;
    /// Rollouts below each other: the truth, and under it what was generated from the actions alone, at
    /// horizons 0 (given), 1, 2, 4, 8, ...; (H, W, 3) uint8.
    torch::Tensor sheet;
};

/// In datasets with poses only frames count whose camera moved by 2 cm or 0.01 rad against the last true one.
/// @throws FileError; UsageError if no episode is as long as a prediction, or the pictures are not of the
/// world's size.
RecordedQuality predict_recorded(World& world, const std::filesystem::path& dataset,
                                 const RecordedPlan& plan);

}  // namespace rv::world_model
