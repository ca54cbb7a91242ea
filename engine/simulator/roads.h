#pragma once
/// The village's winding roads as polylines in the ground plane (x, z), metres.

#include <glm/vec2.hpp>
#include <vector>

#include "engine/simulator/random.h"

namespace rv::simulator {

inline constexpr float kRoadHalfWidthM = 2.5f;
inline constexpr float kPlazaRadiusM = 8.5f;

struct Road {
    std::vector<glm::vec2> points;  ///< about 2 m apart
    bool closed = false;            ///< the last point joins the first

    /// Where the road is after `along_m` metres; wraps around at the end.
    [[nodiscard]] glm::vec2 at(float along_m) const;
    [[nodiscard]] float length_m() const;
};

class RoadNetwork {
  public:
    /// A ring around the middle, a road through it, and one that leaves the village, all from the seed.
    static RoadNetwork generate(Random& random, float half_size_m);

    struct Nearest {
        std::size_t road = 0;
        float along_m = 0.0f;
        float distance_m = 0.0f;
        glm::vec2 direction{1.0f, 0.0f};  ///< of the road there, unit length
    };

    [[nodiscard]] const std::vector<Road>& roads() const { return roads_; }
    [[nodiscard]] Nearest nearest(glm::vec2 point) const;
    /// Metres from the paved edge, negative on the road or the plaza.
    [[nodiscard]] float edge_distance(glm::vec2 point) const;

  private:
    std::vector<Road> roads_;
};

}  // namespace rv::simulator
