#pragma once
/// A pose as kPoseSize numbers in memory: position x, y, z in metres, orientation w, x, y, z. For host and
/// device code.

#include <cstdint>
#include <glm/gtc/quaternion.hpp>

#include "engine/core/camera.h"
#include "engine/core/host_device.h"

namespace rv::world_model {

inline constexpr int kPoseSize = 7;

RV_HOST_DEVICE inline CameraPose read_pose(const float* v) {
    return {{v[0], v[1], v[2]}, glm::quat(v[3], v[4], v[5], v[6])};
}

RV_HOST_DEVICE inline void write_pose(const CameraPose& pose, float* v) {
    const auto& [p, q] = pose;
    const float numbers[kPoseSize] = {p.x, p.y, p.z, q.w, q.x, q.y, q.z};
    for (int i = 0; i < kPoseSize; ++i) v[i] = numbers[i];
}

}  // namespace rv::world_model
