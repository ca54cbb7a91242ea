#include "engine/core/camera.h"

#include <algorithm>
#include <cmath>
#include <glm/gtc/matrix_transform.hpp>

#include "engine/core/camera_math.h"

namespace rv {

glm::mat4 CameraPose::camera_to_world() const {
    glm::mat4 m = glm::mat4_cast(orientation);
    m[3] = glm::vec4(position, 1.0f);
    return m;
}

glm::mat4 CameraPose::world_to_camera() const {
    const glm::quat inverse = glm::conjugate(orientation);
    glm::mat4 m = glm::mat4_cast(inverse);
    m[3] = glm::vec4(inverse * -position, 1.0f);
    return m;
}

CameraPose CameraPose::from_yaw_pitch(glm::vec3 position, float yaw, float pitch) {
    const glm::quat about_up = glm::angleAxis(-yaw, glm::vec3(0, 1, 0));
    const glm::quat about_right = glm::angleAxis(pitch, glm::vec3(1, 0, 0));
    return {position, about_up * about_right};
}

float CameraPose::yaw() const {
    const glm::vec3 ahead = forward();
    return std::atan2(ahead.x, -ahead.z);
}

float CameraPose::pitch() const {
    return std::asin(std::clamp(forward().y, -1.0f, 1.0f));
}

CameraPose CameraPose::from_matrix(const glm::mat4& m) {
    return {glm::vec3(m[3]), glm::normalize(glm::quat_cast(glm::mat3(m)))};
}

CameraPose relative(const CameraPose& a, const CameraPose& b) {
    return seen_from(a, b);
}

CameraPose operator*(const CameraPose& a, const CameraPose& b) {
    return composed(a, b);
}

Intrinsics Intrinsics::from_vertical_fov(int width, int height, float fov_y) {
    const float f = 0.5f * static_cast<float>(height) / std::tan(0.5f * fov_y);
    return {width, height, f, f, 0.5f * static_cast<float>(width), 0.5f * static_cast<float>(height)};
}

Intrinsics Intrinsics::resized(int new_width, int new_height) const {
    const float sx = static_cast<float>(new_width) / static_cast<float>(width);
    const float sy = static_cast<float>(new_height) / static_cast<float>(height);
    return {new_width, new_height, fx * sx, fy * sy, cx * sx, cy * sy};
}

glm::mat4 Intrinsics::vulkan_projection(float n, float f) const {
    const auto w = static_cast<float>(width), h = static_cast<float>(height);
    glm::mat4 p(0.0f);
    p[0][0] = 2.0f * fx / w;
    p[1][1] = -2.0f * fy / h;
    p[2][0] = 1.0f - 2.0f * cx / w;
    p[2][1] = 1.0f - 2.0f * cy / h;
    p[2][2] = f / (n - f);
    p[2][3] = -1.0f;
    p[3][2] = n * f / (n - f);
    return p;
}

}  // namespace rv
