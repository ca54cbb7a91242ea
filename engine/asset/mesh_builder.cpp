#include "engine/asset/mesh_builder.h"

#include <array>
#include <cmath>
#include <glm/geometric.hpp>

namespace rv::asset {
namespace {

float linear_of(std::uint32_t byte) {
    const float s = static_cast<float>(byte & 0xffu) / 255.0f;
    return s <= 0.04045f ? s / 12.92f : std::pow((s + 0.055f) / 1.055f, 2.4f);
}

// A number in [-1, 1) that depends only on the corner's direction and the seed.
float noise_of(glm::vec3 direction, std::uint32_t seed) {
    const glm::ivec3 q(glm::round(direction * 64.0f));
    std::uint32_t h = seed * 0x9e3779b9u + static_cast<std::uint32_t>(q.x) * 0x85ebca6bu +
                      static_cast<std::uint32_t>(q.y) * 0xc2b2ae35u +
                      static_cast<std::uint32_t>(q.z) * 0x27d4eb2fu;
    h ^= h >> 15;
    h *= 0x2c1b3c6du;
    h ^= h >> 12;
    h *= 0x297a2d39u;
    h ^= h >> 15;
    return static_cast<float>(h >> 8) / 8388608.0f - 1.0f;
}

constexpr float kGolden = 1.6180339887f;
constexpr std::array<glm::vec3, 12> kIcosahedronCorners = {{{-1, kGolden, 0},
                                                            {1, kGolden, 0},
                                                            {-1, -kGolden, 0},
                                                            {1, -kGolden, 0},
                                                            {0, -1, kGolden},
                                                            {0, 1, kGolden},
                                                            {0, -1, -kGolden},
                                                            {0, 1, -kGolden},
                                                            {kGolden, 0, -1},
                                                            {kGolden, 0, 1},
                                                            {-kGolden, 0, -1},
                                                            {-kGolden, 0, 1}}};
constexpr std::array<std::array<int, 3>, 20> kIcosahedronFaces = {
    {{0, 11, 5},  {0, 5, 1},  {0, 1, 7},  {0, 7, 10}, {0, 10, 11}, {1, 5, 9}, {5, 11, 4},
     {11, 10, 2}, {10, 7, 6}, {7, 1, 8},  {3, 9, 4},  {3, 4, 2},   {3, 2, 6}, {3, 6, 8},
     {3, 8, 9},   {4, 9, 5},  {2, 4, 11}, {6, 2, 10}, {8, 6, 7},   {9, 8, 1}}};

}  // namespace

glm::vec3 srgb(std::uint32_t rgb) {
    return {linear_of(rgb >> 16), linear_of(rgb >> 8), linear_of(rgb)};
}

MeshBuilder::MeshBuilder(std::string name) {
    mesh_.name = std::move(name);
}

MeshBuilder& MeshBuilder::color(glm::vec3 linear, float exposure) {
    color_ = glm::vec4(linear, exposure);
    return *this;
}

MeshBuilder& MeshBuilder::placed(const glm::mat4& transform) {
    placement_ = transform;
    return *this;
}

MeshBuilder& MeshBuilder::triangle(glm::vec3 a, glm::vec3 b, glm::vec3 c) {
    std::array<glm::vec3, 3> corners = {a, b, c};
    for (glm::vec3& corner : corners) corner = glm::vec3(placement_ * glm::vec4(corner, 1.0f));
    const glm::vec3 across = glm::cross(corners[1] - corners[0], corners[2] - corners[0]);
    const float length = glm::length(across);
    if (length < 1e-9f) return *this;
    for (const glm::vec3& corner : corners) {
        mesh_.indices.push_back(static_cast<std::uint32_t>(mesh_.vertices.size()));
        mesh_.vertices.push_back({corner, across / length, color_, glm::vec2(0.0f)});
    }
    return *this;
}

MeshBuilder& MeshBuilder::quad(glm::vec3 a, glm::vec3 b, glm::vec3 c, glm::vec3 d) {
    return triangle(a, b, c).triangle(a, c, d);
}

MeshBuilder& MeshBuilder::box(glm::vec3 l, glm::vec3 h, bool with_bottom) {
    quad({l.x, l.y, h.z}, {h.x, l.y, h.z}, {h.x, h.y, h.z}, {l.x, h.y, h.z});
    quad({h.x, l.y, l.z}, {l.x, l.y, l.z}, {l.x, h.y, l.z}, {h.x, h.y, l.z});
    quad({h.x, l.y, h.z}, {h.x, l.y, l.z}, {h.x, h.y, l.z}, {h.x, h.y, h.z});
    quad({l.x, l.y, l.z}, {l.x, l.y, h.z}, {l.x, h.y, h.z}, {l.x, h.y, l.z});
    quad({l.x, h.y, h.z}, {h.x, h.y, h.z}, {h.x, h.y, l.z}, {l.x, h.y, l.z});
    if (with_bottom) quad({l.x, l.y, l.z}, {h.x, l.y, l.z}, {h.x, l.y, h.z}, {l.x, l.y, h.z});
    return *this;
}

MeshBuilder& MeshBuilder::panel(glm::vec3 center, float width, float height, float yaw) {
    const glm::vec3 right = glm::vec3(std::cos(yaw), 0.0f, -std::sin(yaw)) * (0.5f * width);
    const glm::vec3 up(0.0f, 0.5f * height, 0.0f);
    return quad(center - right - up, center + right - up, center + right + up, center - right + up);
}

MeshBuilder& MeshBuilder::frustum(glm::vec3 base, float base_radius, glm::vec3 top, float top_radius,
                                  int sides, bool cap_top) {
    const glm::vec3 axis = glm::normalize(top - base);
    const glm::vec3 helper = std::abs(axis.y) > 0.9f ? glm::vec3(1, 0, 0) : glm::vec3(0, 1, 0);
    const glm::vec3 u = glm::normalize(glm::cross(helper, axis));
    const glm::vec3 v = glm::cross(axis, u);
    const auto rim = [&](int i, glm::vec3 center, float radius) {
        const float angle =
            2.0f * glm::pi<float>() * static_cast<float>(i % sides) / static_cast<float>(sides);
        return center + (u * std::cos(angle) + v * std::sin(angle)) * radius;
    };
    for (int i = 0; i < sides; ++i) {
        quad(rim(i, base, base_radius), rim(i + 1, base, base_radius), rim(i + 1, top, top_radius),
             rim(i, top, top_radius));
        if (cap_top && top_radius > 0.0f) triangle(top, rim(i, top, top_radius), rim(i + 1, top, top_radius));
    }
    return *this;
}

MeshBuilder& MeshBuilder::blob(glm::vec3 center, glm::vec3 radii, float jitter, std::uint32_t seed,
                               int subdivisions) {
    const glm::vec4 full = color_;
    const auto face = [&](glm::vec3 a, glm::vec3 b, glm::vec3 c) {
        const float up = glm::normalize(a + b + c).y;
        const float grain = noise_of(glm::normalize(a + b + c), seed + 7u);
        color_ = glm::vec4(glm::vec3(full) * (0.86f + 0.2f * up + 0.06f * grain), full.a);
        const auto corner = [&](glm::vec3 direction) {
            return center + radii * direction * (1.0f + jitter * noise_of(direction, seed));
        };
        triangle(corner(a), corner(b), corner(c));
    };
    for (const auto& [i, j, k] : kIcosahedronFaces) {
        const glm::vec3 a = glm::normalize(kIcosahedronCorners[static_cast<std::size_t>(i)]);
        const glm::vec3 b = glm::normalize(kIcosahedronCorners[static_cast<std::size_t>(j)]);
        const glm::vec3 c = glm::normalize(kIcosahedronCorners[static_cast<std::size_t>(k)]);
        if (subdivisions == 0) {
            face(a, b, c);
            continue;
        }
        const glm::vec3 ab = glm::normalize(a + b), bc = glm::normalize(b + c), ca = glm::normalize(c + a);
        face(a, ab, ca);
        face(ab, b, bc);
        face(ca, bc, c);
        face(ab, bc, ca);
    }
    color_ = full;
    return *this;
}

MeshBuilder& MeshBuilder::saddle_roof(glm::vec3 l, glm::vec3 h, float ridge_height, float overhang) {
    const float middle = 0.5f * (l.z + h.z);
    const float ridge = h.y + ridge_height;
    const float slope = ridge_height / (h.z - middle);
    const float eaves = h.y - slope * overhang;
    const float x0 = l.x - overhang, x1 = h.x + overhang, z0 = l.z - overhang, z1 = h.z + overhang;
    const glm::vec3 thick(0.0f, 0.16f, 0.0f);
    const glm::vec3 a(x0, eaves, z1), b(x1, eaves, z1), c(x1, ridge, middle), d(x0, ridge, middle);
    const glm::vec3 e(x0, eaves, z0), f(x1, eaves, z0);
    quad(a + thick, b + thick, c + thick, d + thick);
    quad(f + thick, e + thick, d + thick, c + thick);
    quad(b, a, d, c);
    quad(e, f, c, d);
    quad(a, b, b + thick, a + thick);
    quad(f, e, e + thick, f + thick);
    for (const auto& [low, peak] : {std::pair{b, c}, std::pair{c, f}, std::pair{e, d}, std::pair{d, a}}) {
        quad(low, peak, peak + thick, low + thick);
    }
    return *this;
}

Mesh MeshBuilder::take() {
    return std::move(mesh_);
}

std::size_t triangle_count(const Mesh& mesh) {
    return mesh.indices.size() / 3;
}

}  // namespace rv::asset
