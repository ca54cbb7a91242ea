#pragma once
/// Which instances of a scene a camera sees, grouped by mesh so that each mesh is one draw call. Host code
/// only.

#include <array>
#include <cstdint>
#include <glm/mat4x4.hpp>
#include <glm/vec3.hpp>
#include <glm/vec4.hpp>
#include <span>
#include <vector>

#include "engine/asset/scene.h"

namespace rv::renderer {

struct BoundingSphere {
    glm::vec3 center{0.0f};
    float radius = 0.0f;
};

/// A sphere around the mesh's box; not the smallest, but all vertices are inside.
BoundingSphere bounding_sphere(const asset::Mesh& mesh);
/// The sphere that an instance's transform makes of it; scale may differ by axis.
BoundingSphere transformed(const BoundingSphere& sphere, const glm::mat4& transform);

/// Half spaces whose inside is dot(plane.xyz, p) + plane.w >= 0, plane.xyz of unit length.
class Frustum {
  public:
    /// From any projection with depth in [0, 1], in either direction.
    explicit Frustum(const glm::mat4& view_projection);
    [[nodiscard]] bool touches(const BoundingSphere& sphere) const;

  private:
    std::array<glm::vec4, 6> planes_;
};

/// One instance as shaders/scene.vert reads it (std430).
struct GpuInstance {
    std::array<glm::vec4, 3> rows;
    glm::vec4 tint_emission;
    glm::vec3 inverse_scale2;
    std::uint32_t segment_texture;
};
static_assert(sizeof(GpuInstance) == 80);

/// A run of instances of one mesh.
struct DrawGroup {
    std::uint32_t mesh = 0;
    std::uint32_t first = 0, count = 0;  ///< in DrawList::instances
    bool textured = false;
};

struct DrawList {
    std::vector<GpuInstance> instances;
    std::vector<DrawGroup> groups;  ///< nearest first, so that what is behind is rejected early
    std::uint64_t triangles = 0;
};

/// Makes draw lists again and again without allocating in the steady state.
class DrawListBuilder {
  public:
    /// @param spheres one per mesh of the scene.
    /// @param wanted one per instance, 0 leaves it out; empty: all.
    /// The result is valid until the next build.
    const DrawList& build(const asset::Scene& scene, std::span<const BoundingSphere> spheres,
                          const glm::mat4& view_projection, glm::vec3 eye,
                          std::span<const std::uint8_t> wanted = {});

  private:
    struct Seen {
        std::uint32_t instance;
        float gap_m;
    };
    std::vector<std::vector<Seen>> seen_;  // by mesh, and again by mesh for textured instances
    std::vector<std::uint32_t> order_;
    DrawList list_;
};

}  // namespace rv::renderer
