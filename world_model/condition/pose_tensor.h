#pragma once
/// A pose as seven numbers: position x, y, z in metres, orientation w, x, y, z.

#include <torch/torch.h>

#include "engine/core/camera.h"

namespace rv::world_model {

inline constexpr int64_t kPoseSize = 7;
torch::Tensor pose_tensor(const CameraPose& pose);  ///< (7) float32, CPU
CameraPose pose_from_tensor(
    const torch::Tensor& t);  ///< the inverse, of (7) float32 on any device; waits for it

}  // namespace rv::world_model
