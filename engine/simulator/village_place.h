#pragma once
/// One village: everything that stands still, made from a seed.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "engine/simulator/collision_world.h"
#include "engine/simulator/prop.h"
#include "engine/simulator/roads.h"
#include "engine/simulator/terrain.h"

namespace rv::simulator {

inline constexpr float kBorderM = 74.0f;  ///< the hedge around the place: |x| and |z| of its middle

/// Something that walkers and animals go around.
struct Disc {
    glm::vec2 center{0.0f};
    float radius_m = 0.0f;
};

/// A mesh that belongs to this village alone: ground, roads, hedge, water.
struct PlaceMesh {
    asset::Mesh mesh;
    Paint paint = Paint::Ground;
    Segment segment = Segment::Terrain;
    glm::vec3 center{0.0f};
    float radius_m = 0.0f;
};

struct VillagePlace {
    RoadNetwork roads;
    Terrain terrain;
    std::vector<PlaceMesh> meshes;
    std::vector<Prop> props;
    std::vector<glm::vec3> lamps;    ///< bulbs
    glm::mat4 windmill_sails{1.0f};  ///< where the sails turn about z
    std::vector<Disc> obstacles;
    CollisionWorld collisions;

    [[nodiscard]] glm::vec3 on_ground(glm::vec2 p) const { return {p.x, terrain.height_at(p), p.y}; }
    /// No obstacle closer than `clearance_m`.
    [[nodiscard]] bool is_free(glm::vec2 p, float clearance_m) const;
};

/// The models that build_village places.
std::span<const std::string_view> village_model_names();
VillagePlace build_village(Random& random, const ModelLibrary& library);

/// A model that faces `yaw` (see Ego::yaw) at `position`; models look along +z.
glm::mat4 model_transform(glm::vec3 position, float yaw, float scale = 1.0f);

}  // namespace rv::simulator
