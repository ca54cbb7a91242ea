#pragma once
/// Plain data that says what a scene looks like; who simulates it and who draws it both know only this.

#include <cstdint>
#include <glm/mat4x4.hpp>
#include <glm/vec2.hpp>
#include <glm/vec3.hpp>
#include <glm/vec4.hpp>
#include <string>
#include <vector>

namespace rv::asset {

/// Colours are linear RGB. `color.a` is the snow and wetness exposure: 1 takes snow on upward faces, 0 never.
struct Vertex {
    glm::vec3 position{0.0f};
    glm::vec3 normal{0.0f, 1.0f, 0.0f};
    glm::vec4 color{1.0f};
    glm::vec2 uv{0.0f};
};

/// Indexed triangles, counter-clockwise from outside.
struct Mesh {
    std::string name;
    std::vector<Vertex> vertices;
    std::vector<std::uint32_t> indices;
};

/// RGBA8, sRGB, square; all textures of one scene have the same size.
struct Texture {
    int size = 0;
    std::vector<std::uint8_t> rgba;
};

inline constexpr std::int32_t kNoTexture = -1;

/// One drawn copy of a mesh.
struct Instance {
    std::uint32_t mesh = 0;  ///< index into Scene::meshes
    std::int32_t texture = kNoTexture;  ///< index into Scene::textures, multiplied with the vertex colour
    glm::mat4 transform{1.0f};
    glm::vec3 tint{1.0f};   ///< multiplied with the vertex colour
    float emission = 0.0f;  ///< added light, times the colour (lamps, windows at night)
    std::uint8_t segment = 0;  ///< class written to the segmentation map
};

/// A point light with a finite reach.
struct Lamp {
    glm::vec3 position{0.0f};
    glm::vec3 color{1.0f};
    float reach_m = 8.0f;
};

/// Light and air.
struct Atmosphere {
    glm::vec3 sun_direction{0.3f, 0.8f, 0.5f};  ///< towards the sun (or the moon), unit length
    glm::vec3 sun_color{1.0f};
    glm::vec3 sky_light{0.4f};     ///< ambient from above
    glm::vec3 ground_light{0.2f};  ///< ambient from below
    glm::vec3 zenith{0.2f, 0.4f, 0.8f};
    glm::vec3 horizon{0.7f, 0.8f, 0.9f};
    glm::vec3 fog_color{0.7f, 0.8f, 0.9f};
    float fog_density_per_m = 0.01f;  ///< exponential-squared fog
    float sun_disc = 1.0f;            ///< visibility of the sun or moon in the sky, 0 to 1
    float stars = 0.0f;               ///< 0 to 1
    float snow_cover = 0.0f;          ///< 0 to 1, whitens upward faces
    float wetness = 0.0f;             ///< 0 to 1, darkens and glosses upward faces
    float rain = 0.0f;                ///< 0 to 1, falling streaks
    float snowfall = 0.0f;            ///< 0 to 1, falling flakes
    float exposure = 1.0f;
};

/// Everything one frame needs. `revision` changes when meshes or textures change, so a renderer uploads them once.
struct Scene {
    std::uint64_t revision = 0;
    std::vector<Mesh> meshes;
    std::vector<Texture> textures;
    std::vector<Instance> instances;
    std::vector<Lamp> lamps;
    Atmosphere atmosphere;
    float time_s = 0.0f;  ///< drives falling rain and snow; deterministic
};

}  // namespace rv::asset
