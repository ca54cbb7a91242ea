#pragma once
/// Camera rays as a network sees them.

#include <torch/torch.h>

#include "engine/core/camera.h"

namespace rv::world_model {

/// Plücker coordinates (d, c x d) of the ray through each cell of a grid, where c is the camera centre; both
/// in the reference camera's axes. Source: Sitzmann et al. 2021, Sec. 3; used for camera control by Cosmos
/// (2025).
/// @param pose the camera, seen from the reference camera  @param intrinsics of the frame; resized to the
/// grid
/// @return (6, h, w) float32
torch::Tensor plucker_rays(const CameraPose& pose, const Intrinsics& intrinsics, int h, int w);

}  // namespace rv::world_model
