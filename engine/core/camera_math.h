#pragma once
/// What camera.h says of poses, where kernels can call it too.

#include <glm/geometric.hpp>

#include "engine/core/camera.h"
#include "engine/core/host_device.h"

namespace rv {

/// a * b
RV_HOST_DEVICE inline CameraPose composed(const CameraPose& a, const CameraPose& b) {
    return {a.position + a.orientation * b.position, glm::normalize(a.orientation * b.orientation)};
}

/// relative(a, b)
RV_HOST_DEVICE inline CameraPose seen_from(const CameraPose& a, const CameraPose& b) {
    const glm::quat inverse = glm::conjugate(a.orientation);
    return {inverse * (b.position - a.position), glm::normalize(inverse * b.orientation)};
}

}  // namespace rv
