#pragma once
/// How well a world predicts recorded episodes.

#include <torch/torch.h>

#include <span>
#include <string>
#include <vector>

#include "world_model/world.h"

namespace rv::world_model {

/// One true episode, as an environment gave it.
struct Clip {
    torch::Tensor frames;              ///< (T, H, W, 3) uint8
    std::vector<Action> actions;       ///< T; actions[t] led to frame t
    std::vector<CameraPose> poses;     ///< T
    std::vector<std::string> prompts;  ///< T, in force at frame t
};

struct PredictionConfig {
    int context = 4;          ///< true frames shown before each prediction
    int horizon = 16;         ///< frames predicted
    int stride = 24;          ///< frames between starts
    bool true_poses = false;  ///< steer by the true camera poses; otherwise by the actions alone
    double moving_m = 0.02,
           moving_rad = 0.01;  ///< a frame moves if its camera moved by more than one of these
    int sampler_steps = 0;     ///< 0: the world's own
    uint64_t seed = 1;
};

/// Means over all predictions, by horizon: entry k belongs to the (k + 1)-th predicted frame.
struct PredictionResult {
    std::vector<double> psnr_db, ssim, copy_last_psnr_db;
    std::vector<int64_t> count;
};

/// Rolls out from every start and compares with the truth; only frames that move against the last true one
/// shown count.
PredictionResult evaluate_prediction(World& world, std::span<const Clip> clips,
                                     const PredictionConfig& config);

/// Mean PSNR of what the tokenizer gives back, at its own resolution, over every `stride`-th frame.
double evaluate_tokenizer(World& world, std::span<const Clip> clips, int stride);

}  // namespace rv::world_model
