#pragma once
/// Makes flat-shaded, low-poly shapes out of simple solids.

#include <cstdint>
#include <glm/gtc/constants.hpp>

#include "engine/asset/scene.h"

namespace rv::asset {

/// A colour given as on a designer's palette (0xRRGGBB, sRGB), as linear RGB.
glm::vec3 srgb(std::uint32_t rgb);

/// Appends solids to one mesh. Every face has its own three vertices, so that it is shaded flat; faces are
/// counter-clockwise from outside. Metres, y up.
class MeshBuilder {
  public:
    explicit MeshBuilder(std::string name);

    /// Colour of what follows, linear. @param exposure how much snow it takes, 0 to 1 (Vertex::color.a).
    MeshBuilder& color(glm::vec3 linear, float exposure = 1.0f);
    /// Placement of what follows.
    MeshBuilder& placed(const glm::mat4& transform);

    MeshBuilder& triangle(glm::vec3 a, glm::vec3 b, glm::vec3 c);
    MeshBuilder& quad(glm::vec3 a, glm::vec3 b, glm::vec3 c, glm::vec3 d);
    MeshBuilder& box(glm::vec3 low, glm::vec3 high, bool with_bottom = false);
    /// A rectangle that faces +z, or turned by `yaw` about y around the origin.
    MeshBuilder& panel(glm::vec3 center, float width, float height, float yaw = 0.0f);
    /// A cone, cylinder or something between that stands on `base`. A radius of 0 makes a tip.
    MeshBuilder& frustum(glm::vec3 base, float base_radius, glm::vec3 top, float top_radius, int sides,
                         bool cap_top = true);
    /// A bumpy ball: an icosahedron (20 faces), or its first subdivision (80), darker below than above.
    /// @param jitter displacement of the corners as a part of the radius.
    MeshBuilder& blob(glm::vec3 center, glm::vec3 radii, float jitter, std::uint32_t seed,
                      int subdivisions = 0);
    /// A saddle roof whose ridge runs along x, with overhanging eaves; `low` and `high` are the walls'
    /// corners.
    MeshBuilder& saddle_roof(glm::vec3 low, glm::vec3 high, float ridge_height, float overhang);

    [[nodiscard]] Mesh take();

  private:
    Mesh mesh_;
    glm::vec4 color_{1.0f};
    glm::mat4 placement_{1.0f};
};

std::size_t triangle_count(const Mesh& mesh);

}  // namespace rv::asset
