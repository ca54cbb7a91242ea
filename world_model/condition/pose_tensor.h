#pragma once
/// Poses as tensors, in the numbers of pose_numbers.h.

#include <torch/torch.h>

#include "world_model/condition/pose_numbers.h"

namespace rv::world_model {

torch::Tensor pose_tensor(const CameraPose& pose);    ///< (7) float32, CPU
CameraPose pose_from_tensor(const torch::Tensor& t);  ///< the inverse, of (7) on any device; waits for it

}  // namespace rv::world_model
