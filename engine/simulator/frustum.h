#pragma once
/// Which balls a camera can see.

#include <array>
#include <cmath>
#include <glm/geometric.hpp>

#include "engine/core/camera.h"

namespace rv::simulator {

class Frustum {
  public:
    Frustum(const CameraPose& camera, const Intrinsics& intrinsics) : eye_(camera.position) {
        const auto plane = [&](glm::vec3 inward) { return camera.orientation * glm::normalize(inward); };
        const float left = intrinsics.cx / intrinsics.fx, top = intrinsics.cy / intrinsics.fy;
        const float right = (static_cast<float>(intrinsics.width) - intrinsics.cx) / intrinsics.fx;
        const float bottom = (static_cast<float>(intrinsics.height) - intrinsics.cy) / intrinsics.fy;
        inward_ = {plane({1, 0, -left}), plane({-1, 0, -right}), plane({0, -1, -top}),
                   plane({0, 1, -bottom})};
    }

    [[nodiscard]] glm::vec3 eye() const { return eye_; }
    [[nodiscard]] bool sees(glm::vec3 center, float radius) const {
        const glm::vec3 off = center - eye_;
        for (const glm::vec3& inward : inward_) {
            if (glm::dot(inward, off) < -radius) return false;
        }
        return true;
    }

  private:
    glm::vec3 eye_;
    std::array<glm::vec3, 4> inward_;
};

}  // namespace rv::simulator
