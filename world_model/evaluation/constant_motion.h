#pragma once
/// The trivial prediction "it goes on like this".

#include "world_model/evaluation/clip.h"

namespace rv::world_model {

/// Frame `last` of the clip reprojected `ahead` frames on, with its true depth and the camera's last true
/// motion repeated; where nothing is known, the frame itself. It knows depth and pose, which a world has to
/// find out, but nothing of what is steered next. (3, H, W) in [-1, 1].
torch::Tensor constant_motion(const Clip& clip, int64_t last, int64_t ahead);

}  // namespace rv::world_model
