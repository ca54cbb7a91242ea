#pragma once
/// Gentle hills on a regular grid. Heights are those of the drawn triangles, so feet and wheels stand on what
/// is seen.

#include <array>
#include <glm/vec2.hpp>
#include <glm/vec3.hpp>
#include <vector>

#include "engine/asset/scene.h"
#include "engine/simulator/random.h"
#include "engine/simulator/roads.h"

namespace rv::simulator {

class Terrain {
  public:
    static constexpr int kCells = 50;        ///< along each side
    static constexpr float kSizeM = 160.0f;  ///< the place reaches from -kSizeM/2 to kSizeM/2
    static constexpr float kCellM = kSizeM / kCells;
    static constexpr int kChunkCells = 5;  ///< cells along a chunk's side

    explicit Terrain(Random& random);

    [[nodiscard]] float height_at(glm::vec2 point) const;
    /// Pulls the ground within `radius_m` to `height_m`, fading out over `fade_m`.
    void flatten(glm::vec2 center, float radius_m, float fade_m, float height_m);

    /// A square piece of ground, cut exactly along the roads' edges.
    struct Chunk {
        asset::Mesh ground, road;  ///< either may be empty
        glm::vec3 center{0.0f};
        float radius_m = 0.0f;
    };
    [[nodiscard]] std::vector<Chunk> build_chunks(const RoadNetwork& roads) const;
    /// Hills around the place as far as one can see, in four sectors.
    [[nodiscard]] std::vector<Chunk> build_surroundings(Random& random) const;

  private:
    static constexpr int kPoints = kCells + 1;
    [[nodiscard]] float& at(int x, int z) { return heights_[static_cast<std::size_t>(z * kPoints + x)]; }
    [[nodiscard]] float at(int x, int z) const { return heights_[static_cast<std::size_t>(z * kPoints + x)]; }
    [[nodiscard]] glm::vec3 point(int x, int z) const;

    std::vector<float> heights_;
};

}  // namespace rv::simulator
