#pragma once
/// Depth as the models see it: bounded, precise nearby, and the sky has a value.

#include "engine/core/host_device.h"

namespace rv::world_model {

inline constexpr float kDepthScaleM = 4.0f;  ///< the depth that maps to 0
inline constexpr float kFarM = 60.0f;  ///< from here on, a step or two moves nothing: the sky and the hills

/// Metres along the view axis -> (-1, 1): 1 at the camera, 0 at kDepthScaleM, -1 at infinity.
RV_HOST_DEVICE inline float inverse_depth_from_metres(float depth_m) {
    return 2 * kDepthScaleM / (kDepthScaleM + depth_m) - 1;
}
/// The inverse; values at or beyond the ends are held at 5 cm and 1 km.
RV_HOST_DEVICE inline float metres_from_inverse_depth(float v) {
    const float depth = 2 * kDepthScaleM / (v + 1 < 1e-6f ? 1e-6f : v + 1) - kDepthScaleM;
    return depth < 0.05f ? 0.05f : (depth > 1000.0f ? 1000.0f : depth);
}

}  // namespace rv::world_model
