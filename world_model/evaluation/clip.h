#pragma once
/// A true episode, as an environment gave it, and pictures as they are compared.

#include <torch/torch.h>

#include <string>
#include <vector>

#include "engine/core/action.h"
#include "engine/core/camera.h"

namespace rv::world_model {

struct Clip {
    torch::Tensor frames;           ///< (T, H, W, 3) uint8
    torch::Tensor inverse_depth;    ///< (T, H, W) float16, see depth.h; undefined where it was not kept
    std::vector<Action> actions;    ///< T; actions[t] led to frame t
    std::vector<CameraPose> poses;  ///< T; the identity where there are none
    bool has_poses = true;
    std::vector<std::string> prompts;  ///< T, in force at frame t
    std::vector<std::string> looks;    ///< T, the same, canonical: "night, snow, meadow"; may be empty
    Intrinsics intrinsics;
    uint64_t seed = 0;

    [[nodiscard]] int64_t size() const { return frames.size(0); }
};

/// Frame t of (T, H, W, 3) uint8 as (3, H, W) in [-1, 1].
torch::Tensor picture(const torch::Tensor& frames, int64_t t);
/// (3, H, W) in [-1, 1] -> (H, W, 3) uint8, as a person sees it.
torch::Tensor bytes_of(const torch::Tensor& frame);
/// The picture in steps of 8 bits, still in [-1, 1].
torch::Tensor quantised(const torch::Tensor& frame);

/// Whether a camera that moved so shows another picture.
bool moves(const CameraPose& motion);

}  // namespace rv::world_model
