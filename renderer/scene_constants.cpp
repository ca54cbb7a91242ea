#include "renderer/scene_constants.h"

#include <algorithm>
#include <glm/geometric.hpp>
#include <vector>

#include "renderer/draw_list.h"

namespace rv::renderer {

namespace {

/// The lamps nearest to the camera, as far as their light can be seen. The farthest of them are dimmed, so
/// that none appears or goes out at once when the order changes.
int choose_lamps(const std::vector<asset::Lamp>& lamps, glm::vec3 eye, const Frustum& frustum,
                 std::array<SceneConstants::Lamp, kSceneLampSlots>& chosen) {
    struct Candidate {
        float gap_m;
        const asset::Lamp* lamp;
    };
    std::vector<Candidate> candidates;
    for (const asset::Lamp& lamp : lamps) {
        if (lamp.reach_m <= 0.0f || lamp.color == glm::vec3(0.0f)) continue;
        candidates.push_back({glm::distance(lamp.position, eye), &lamp});
    }
    std::ranges::stable_sort(candidates, {}, &Candidate::gap_m);
    const float limit =
        candidates.size() > kMaxSceneLamps ? candidates[kMaxSceneLamps].gap_m : 2.0f * kFarPlane;
    if (candidates.size() > kMaxSceneLamps) candidates.resize(kMaxSceneLamps);
    std::size_t count = 0;
    for (const auto& [gap_m, lamp] : candidates) {
        if (!frustum.touches({lamp->position, lamp->reach_m})) continue;
        const float dim = std::clamp((limit - gap_m) / (0.25f * limit), 0.0f, 1.0f);
        chosen[count++] = {glm::vec4(lamp->position, lamp->reach_m), glm::vec4(lamp->color * dim, 0.0f)};
    }
    return static_cast<int>(count);
}

}  // namespace

SceneConstants scene_constants(const asset::Scene& scene, const CameraPose& pose, const Intrinsics& in) {
    const asset::Atmosphere& air = scene.atmosphere;
    SceneConstants c{};
    // Near and far swapped: depth runs from 1 to 0, which keeps float precision even far away.
    c.view_projection = in.vulkan_projection(kFarPlane, kNearPlane) * pose.world_to_camera();
    c.camera = glm::vec4(pose.position, scene.time_s);
    c.ray_dx = glm::vec4(pose.right() / in.fx, 1.0f / in.fx);
    c.ray_dy = glm::vec4(-pose.up() / in.fy, 1.0f / in.fy);
    c.ray_origin = glm::vec4(pose.forward(), 0.0f) - in.cx * c.ray_dx - in.cy * c.ray_dy;
    c.depth_range = glm::vec4(kNearPlane, kFarPlane, kFarPlane, 0.0f);
    c.sun_direction = glm::vec4(glm::normalize(air.sun_direction), 0.0f);
    c.sun_color = glm::vec4(air.sun_color, air.sun_disc);
    c.sky_light = glm::vec4(air.sky_light, air.stars);
    c.ground_light = glm::vec4(air.ground_light, air.exposure);
    c.zenith = glm::vec4(air.zenith, air.snow_cover);
    c.horizon = glm::vec4(air.horizon, air.wetness);
    c.fog = glm::vec4(air.fog_color, air.fog_density_per_m);
    c.weather = glm::vec4(air.rain, air.snowfall, 0.0f, 0.0f);
    c.size = glm::ivec4(in.width, in.height,
                        choose_lamps(scene.lamps, pose.position, Frustum(c.view_projection), c.lamps), 1);
    return c;
}

}  // namespace rv::renderer
