#pragma once
/// Camera geometry. World space is right-handed, metres, y up. Camera space: x right, y up, looking along -z
/// (OpenGL and GLM). Images have their origin at the top left, pixel centres at +0.5.

#include <glm/gtc/quaternion.hpp>
#include <glm/mat4x4.hpp>
#include <glm/vec3.hpp>

namespace rv {

/// Camera to world.
struct CameraPose {
    glm::vec3 position{0.0f};                       ///< metres
    glm::quat orientation{1.0f, 0.0f, 0.0f, 0.0f};  ///< rotates camera axes into the world

    [[nodiscard]] glm::mat4 camera_to_world() const;
    [[nodiscard]] glm::mat4 world_to_camera() const;
    [[nodiscard]] glm::vec3 forward() const { return orientation * glm::vec3(0, 0, -1); }
    [[nodiscard]] glm::vec3 right() const { return orientation * glm::vec3(1, 0, 0); }
    [[nodiscard]] glm::vec3 up() const { return orientation * glm::vec3(0, 1, 0); }
    /// Of where it looks, as in from_yaw_pitch(); yaw in (-pi, pi], pitch in [-pi/2, pi/2].
    [[nodiscard]] float yaw() const;
    [[nodiscard]] float pitch() const;

    /// A level camera: yaw 0 looks along -z and grows to the right (clockwise from above), pitch > 0 looks
    /// up; radians.
    static CameraPose from_yaw_pitch(glm::vec3 position, float yaw, float pitch);
    static CameraPose from_matrix(const glm::mat4& camera_to_world);
};

/// The pose `b` seen from `a`: a * relative(a, b) == b.
CameraPose relative(const CameraPose& a, const CameraPose& b);
CameraPose operator*(const CameraPose& a, const CameraPose& b);

/// Pinhole intrinsics in pixels of an image of width x height.
struct Intrinsics {
    int width = 0, height = 0;
    float fx = 0, fy = 0, cx = 0, cy = 0;

    static Intrinsics from_vertical_fov(int width, int height, float fov_y_radians);
    [[nodiscard]] Intrinsics resized(int new_width, int new_height) const;
    /// Vulkan clip space: y down, depth 0 (near) to 1 (far).
    [[nodiscard]] glm::mat4 vulkan_projection(float near_m, float far_m) const;
};

}  // namespace rv
