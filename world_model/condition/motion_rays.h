#pragma once
/// The camera condition of one step.

#include "world_model/condition/plucker.h"
#include "world_model/dynamics/ego_head.h"

namespace rv::world_model {

/// Plücker rays of the next camera seen from the last, (6, h, w); lengths in units of kMotionScaleM, so that
/// the moments are of order one.
inline torch::Tensor motion_rays(CameraPose motion, const Intrinsics& intrinsics, int h, int w) {
    motion.position /= kMotionScaleM;
    return plucker_rays(motion, intrinsics, h, w);
}

}  // namespace rv::world_model
