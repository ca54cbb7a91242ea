#pragma once
/// The numbers that every shader of a scene reads, made from the scene's air and light and from the camera.

#include <array>
#include <glm/mat4x4.hpp>
#include <glm/vec4.hpp>

#include "engine/asset/scene.h"
#include "engine/core/camera.h"

namespace rv::renderer {

inline constexpr float kNearPlane = 0.08f;          ///< metres
inline constexpr float kFarPlane = 1000.0f;         ///< metres; also what the depth map says of the sky
inline constexpr std::size_t kMaxSceneLamps = 12;   ///< lit at a time
inline constexpr std::size_t kSceneLampSlots = 64;  ///< see the shader

/// Matches shaders/scene_constants.glsl (std140).
struct SceneConstants {
    glm::mat4 view_projection;
    glm::mat4 sun_view_projection;
    glm::vec4 camera;
    glm::vec4 ray_origin, ray_dx, ray_dy;
    glm::vec4 depth_range;
    glm::vec4 sun_direction, sun_color, sky_light, ground_light, zenith, horizon, fog, weather;
    glm::ivec4 size;
    struct Lamp {
        glm::vec4 position_reach;
        glm::vec4 color;
    };
    std::array<Lamp, kSceneLampSlots> lamps;
};

/// Without a shadow: sun_view_projection and the last two of weather are the shadow map's to fill in.
SceneConstants scene_constants(const asset::Scene& scene, const CameraPose& pose,
                               const Intrinsics& intrinsics);

}  // namespace rv::renderer
