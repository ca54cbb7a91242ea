#pragma once
/// The camera condition of one step.

#include "world_model/condition/plucker.h"
#include "world_model/dynamics/motion_code.h"

namespace rv::world_model {

/// Plücker rays of the next camera seen from the last, (6, h, w); lengths in units of kMotionScaleM, so that
/// the moments are of order one.
inline torch::Tensor motion_rays(const CameraPose& motion, const Intrinsics& intrinsics, int h, int w) {
    return plucker_rays(in_motion_units(motion), intrinsics, h, w);
}

}  // namespace rv::world_model
