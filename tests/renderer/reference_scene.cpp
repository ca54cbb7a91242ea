#include "reference_scene.h"

#include <cmath>
#include <glm/gtc/matrix_transform.hpp>

#include "engine/asset/mesh_builder.h"

namespace rv::renderer::test {

namespace {

using asset::MeshBuilder;
using asset::srgb;

constexpr float kGolden = 2.39996f;  // angle that spreads things evenly

float height_at(float x, float z) {
    return 1.2f * std::sin(0.11f * x) * std::cos(0.13f * z) + 0.004f * z * z * 0.1f;
}

asset::Mesh ground() {
    MeshBuilder builder("ground");
    builder.color(srgb(0x86b552));
    constexpr int kCells = 32;
    constexpr float kCell = 4.0f;
    const auto at = [](int i, int k) {
        const float x = (static_cast<float>(i) - kCells / 2) * kCell,
                    z = (static_cast<float>(k) - kCells / 2) * kCell;
        return glm::vec3(x, height_at(x, z), z);
    };
    for (int i = 0; i < kCells; ++i) {
        for (int k = 0; k < kCells; ++k) builder.quad(at(i, k), at(i, k + 1), at(i + 1, k + 1), at(i + 1, k));
    }
    return builder.take();
}

asset::Mesh house() {
    return MeshBuilder("house")
        .color(srgb(0xe8d8b8), 0.2f)
        .box({-2.5f, 0, -2}, {2.5f, 3, 2})
        .color(srgb(0xb5523c))
        .saddle_roof({-2.5f, 0, -2}, {2.5f, 3, 2}, 1.8f, 0.4f)
        .take();
}

asset::Mesh tree() {
    return MeshBuilder("tree")
        .color(srgb(0x7a5a3c), 0.0f)
        .frustum({0, 0, 0}, 0.25f, {0, 1.6f, 0}, 0.18f, 6)
        .color(srgb(0x5c9c46))
        .blob({0, 3, 0}, {1.6f, 1.8f, 1.6f}, 0.1f, 7, 1)
        .take();
}

asset::Mesh lamp() {
    return MeshBuilder("lamp").color(srgb(0x404448)).frustum({0, 0, 0}, 0.08f, {0, 3, 0}, 0.06f, 5).take();
}

asset::Mesh bulb() {
    return MeshBuilder("bulb")
        .color(srgb(0xffe0a0), 0.0f)
        .box({-0.18f, 3, -0.18f}, {0.18f, 3.4f, 0.18f}, true)
        .take();
}

glm::mat4 standing(float x, float z, float yaw) {
    return glm::rotate(glm::translate(glm::mat4(1.0f), {x, height_at(x, z), z}), yaw, {0, 1, 0});
}

asset::Atmosphere air(Mood mood) {
    asset::Atmosphere a;
    a.sun_direction = glm::normalize(glm::vec3(0.45f, 0.65f, 0.5f));
    a.sun_color = {1.2f, 1.1f, 0.95f};
    a.sky_light = {0.42f, 0.48f, 0.58f};
    a.ground_light = {0.22f, 0.22f, 0.19f};
    a.zenith = srgb(0x3d86da);
    a.horizon = srgb(0xc4e3f6);
    a.fog_color = srgb(0xa8cdf0);
    a.fog_density_per_m = 0.0045f;
    const auto dull = [&](glm::vec3 color, float density) {
        a.sun_color *= 0.2f;
        a.sun_disc = 0.0f;
        a.zenith = 0.9f * color;
        a.horizon = a.fog_color = color;
        a.fog_density_per_m = density;
    };
    switch (mood) {
        case Mood::Noon:
            break;
        case Mood::Dusk:
            a.sun_direction = glm::normalize(glm::vec3(-0.5f, 0.12f, -0.9f));
            a.sun_color = {1.25f, 0.5f, 0.22f};
            a.sky_light = {0.26f, 0.18f, 0.3f};
            a.ground_light = {0.16f, 0.09f, 0.11f};
            a.zenith = srgb(0x43336f);
            a.horizon = srgb(0xff8442);
            a.fog_color = srgb(0xb47a66);
            a.stars = 0.25f;
            break;
        case Mood::Night:
            a.sun_direction = glm::normalize(glm::vec3(0.2f, 0.4f, -0.9f));
            a.sun_color = {0.13f, 0.17f, 0.3f};
            a.sky_light = {0.055f, 0.075f, 0.16f};
            a.ground_light = {0.025f, 0.03f, 0.06f};
            a.zenith = srgb(0x0a1230);
            a.horizon = srgb(0x1f2d58);
            a.fog_color = srgb(0x202a46);
            a.stars = 1.0f;
            break;
        case Mood::Fog:
            dull(srgb(0xdfe5e8), 0.05f);
            break;
        case Mood::Rain:
            dull(srgb(0x8a97a4), 0.016f);
            a.rain = a.wetness = 1.0f;
            break;
        case Mood::Snow:
            dull(srgb(0xd2dae2), 0.02f);
            a.snowfall = a.snow_cover = 1.0f;
            break;
    }
    return a;
}

}  // namespace

asset::Scene landscape(Mood mood, int houses, int trees) {
    asset::Scene scene;
    scene.revision = 1;
    scene.meshes = {ground(), house(), tree(), lamp(), bulb()};
    scene.atmosphere = air(mood);
    scene.time_s = 2.5f;
    scene.instances.push_back({.mesh = 0, .segment = kGround});
    for (int i = 0; i < houses; ++i) {
        const float angle = kGolden * static_cast<float>(i), far = 9.0f + 3.0f * static_cast<float>(i);
        scene.instances.push_back(
            {.mesh = 1,
             .transform = standing(far * std::sin(angle), -far * std::abs(std::cos(angle)) - 4, angle),
             .segment = kHouse});
    }
    for (int i = 0; i < trees; ++i) {
        const float angle = kGolden * static_cast<float>(i) + 0.7f, far = 6.0f + 2.2f * static_cast<float>(i);
        const float shade = 0.85f + 0.1f * static_cast<float>(i % 4);
        scene.instances.push_back(
            {.mesh = 2,
             .transform = standing(far * std::sin(angle), -far * std::abs(std::cos(angle)), angle),
             .tint = {shade, 1.0f, 0.9f},
             .segment = kTree});
    }
    const bool dark = mood == Mood::Night || mood == Mood::Dusk;
    for (int i = 0; i < 4; ++i) {
        const float x = (i % 2 ? 3.0f : -3.0f), z = -5.0f * static_cast<float>(i) - 3.0f;
        scene.instances.push_back({.mesh = 3, .transform = standing(x, z, 0), .segment = kLamp});
        scene.instances.push_back(
            {.mesh = 4, .transform = standing(x, z, 0), .emission = dark ? 1.0f : 0.0f, .segment = kLamp});
        if (dark) scene.lamps.push_back({{x, height_at(x, z) + 3.2f, z}, {1.0f, 0.72f, 0.4f}, 9.0f});
    }
    return scene;
}

CameraPose landscape_camera() {
    return CameraPose::from_yaw_pitch({0, height_at(0, 4) + 1.7f, 4}, 0.05f, 0.02f);
}

asset::Scene cube(glm::vec3 center, glm::vec3 color) {
    asset::Scene scene;
    scene.meshes = {MeshBuilder("cube").color(color, 0.0f).box(glm::vec3(-1), glm::vec3(1), true).take()};
    scene.instances = {{.mesh = 0, .transform = glm::translate(glm::mat4(1.0f), center), .segment = 7}};
    scene.atmosphere.fog_density_per_m = 0.0f;
    return scene;
}

}  // namespace rv::renderer::test
