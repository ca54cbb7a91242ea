#pragma once
/// Between pixels and points, for one camera; host and device code.

#include <glm/gtc/quaternion.hpp>

#include "engine/core/camera.h"
#include "engine/core/host_device.h"

namespace rv::world_model {

/// Where pixel (u, v), pixel centres at +0.5, lies in its camera's axes. @param depth metres along the view
/// axis
RV_HOST_DEVICE inline glm::vec3 unproject(const Intrinsics& k, float u, float v, float depth) {
    return {(u - k.cx) / k.fx * depth, -(v - k.cy) / k.fy * depth, -depth};
}

/// Plücker coordinates of a ray, see plucker.h.
struct Ray {
    glm::vec3 direction, moment;
};

/// Through the middle of cell (x, y). @param rotation of the pose  @param k of the grid of cells
RV_HOST_DEVICE inline Ray ray_through(const glm::mat3& rotation, const glm::vec3& position,
                                      const Intrinsics& k, int x, int y) {
    const glm::vec3 camera((static_cast<float>(x) + 0.5f - k.cx) / k.fx,
                           -(static_cast<float>(y) + 0.5f - k.cy) / k.fy, -1);
    const glm::vec3 d = rotation * glm::normalize(camera);
    return {d, glm::cross(position, d)};
}

}  // namespace rv::world_model
