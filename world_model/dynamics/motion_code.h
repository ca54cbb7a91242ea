#pragma once
/// A camera motion as six numbers of order one; for host and device code.

#include <cmath>
#include <glm/common.hpp>
#include <glm/gtc/quaternion.hpp>

#include "engine/core/camera.h"
#include "engine/core/host_device.h"

namespace rv::world_model {

/// Translation and rotation vector in the camera's axes, divided by these scales.
inline constexpr float kMotionScaleM = 0.16f, kMotionScaleRad = 0.084f;

/// The same motion, with its translation in these units.
RV_HOST_DEVICE inline CameraPose in_motion_units(const CameraPose& motion) {
    return {motion.position / kMotionScaleM, motion.orientation};
}

struct MotionCode {
    glm::vec3 translation, rotation;
};

RV_HOST_DEVICE inline MotionCode code_of(const CameraPose& motion) {
    const glm::quat q = motion.orientation.w < 0 ? -motion.orientation : motion.orientation;
    const glm::vec3 axis(q.x, q.y, q.z);
    const float sine = glm::length(axis);
    const glm::vec3 rotation = sine < 1e-7f ? 2.0f * axis : axis * (2 * std::atan2(sine, q.w) / sine);
    return {motion.position / kMotionScaleM, rotation / kMotionScaleRad};
}

RV_HOST_DEVICE inline CameraPose motion_of(const MotionCode& code) {
    const glm::vec3 r = code.rotation * kMotionScaleRad;
    const float angle = glm::length(r);
    const glm::quat q = angle < 1e-7f ? glm::quat(1, 0, 0, 0) : glm::angleAxis(angle, r / angle);
    return {code.translation * kMotionScaleM, q};
}

/// Whether a motion is so small that, of somebody who asks for nothing, it is a network's noise, which would
/// add up to a slow turn.
RV_HOST_DEVICE inline bool stands(const CameraPose& motion) {
    constexpr float kStillM = 0.04f, kStillRad = 0.015f;  // a frame
    const float angle = 2 * std::acos(glm::min(1.0f, std::abs(motion.orientation.w)));
    return glm::length(motion.position) < kStillM && angle < kStillRad;
}

}  // namespace rv::world_model
