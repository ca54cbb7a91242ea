#include "engine/simulator/village_place.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <glm/geometric.hpp>
#include <glm/gtc/constants.hpp>
#include <glm/gtc/matrix_transform.hpp>

#include "engine/asset/mesh_builder.h"
#include "engine/simulator/ego.h"

namespace rv::simulator {
namespace {

using asset::srgb;
using glm::vec2;
using glm::vec3;

constexpr std::array<std::string_view, 25> kModelNames = {
    "house_cottage", "house_tall", "house_long", "church",    "windmill",  "windmill_sails", "tree_broadleaf",
    "tree_poplar",   "tree_pine",  "tree_bare",  "tree_palm", "cactus",    "bush",           "tuft",
    "flowers",       "rock",       "boulder",    "fence",     "lamp_post", "well",           "bench",
    "car",           "sheep",      "deer",       "dog"};

constexpr std::uint32_t kWalls[] = {0xf4e6c8, 0xfaf6ee, 0xe8b45c, 0xe39a84,
                                    0x8fb9d8, 0xa7d0ae, 0xc2694c, 0xbda6d2};
constexpr std::uint32_t kRoofs[] = {0xb94f36, 0x7c4b36, 0x54677c, 0x94383a, 0x3c7278, 0xa8743c};
constexpr std::uint32_t kPetals[] = {0xf2d23c, 0xe8566a, 0xf4f0fa, 0xb77ae0};

template <std::size_t N>
vec3 pick(const std::uint32_t (&palette)[N], Random& random) {
    return srgb(palette[random.index(static_cast<int>(N))]);
}

// Lays a village out, step by step; later things keep clear of earlier ones.
class Builder {
  public:
    Builder(Random& random, const ModelLibrary& library)
        : random_(random), library_(library), place_{RoadNetwork::generate(random, Terrain::kSizeM / 2),
                                                     Terrain(random),
                                                     {},
                                                     {},
                                                     {},
                                                     glm::mat4(1.0f),
                                                     {},
                                                     {}} {}

    VillagePlace build() {
        choose_pond();
        choose_buildings();
        shape_ground();
        place_buildings();
        place_plaza();
        place_lamps();
        place_fences();
        place_trees();
        place_small_things();
        add_ground_meshes();
        add_border();
        return std::move(place_);
    }

  private:
    struct Building {
        std::string_view model;
        vec2 center;
        float yaw;
        vec3 half;  // of its walls, for collisions
        float ground_radius_m;
    };

    [[nodiscard]] bool is_free(vec2 p, float clearance) const { return place_.is_free(p, clearance); }
    void occupy(vec2 p, float radius) { place_.obstacles.push_back({p, radius}); }

    Prop& add(std::string_view model, vec2 p, float yaw, Segment segment, float scale = 1.0f,
              float sink_m = 0.0f) {
        Prop prop;
        prop.model.fill(library_.id(model));
        prop.position = place_.on_ground(p) - vec3(0, sink_m, 0);
        prop.scale = scale;
        prop.transform = model_transform(prop.position, yaw, scale);
        prop.segment = segment;
        place_.props.push_back(prop);
        return place_.props.back();
    }

    void choose_pond() {
        for (int attempt = 0; attempt < 200; ++attempt) {
            const vec2 p(random_.uniform(-58.0f, 58.0f), random_.uniform(-58.0f, 58.0f));
            if (place_.roads.edge_distance(p) < kPondRadiusM + 3.5f) continue;
            pond_ = p;
            has_pond_ = true;
            occupy(p, kPondRadiusM + 1.0f);
            return;
        }
    }

    bool choose(std::string_view model, vec2 p, float yaw, vec3 half, float radius) {
        if (std::max(std::abs(p.x), std::abs(p.y)) > kBorderM - radius - 1.0f || !is_free(p, radius))
            return false;
        buildings_.push_back({model, p, yaw, half, radius});
        occupy(p, radius);
        return true;
    }

    void choose_buildings() {
        for (int attempt = 0, done = 0; attempt < 400 && done == 0;
             ++attempt) {  // the church looks at the plaza
            const float angle = random_.uniform(0.0f, glm::two_pi<float>());
            const vec2 p = vec2(std::cos(angle), std::sin(angle)) * random_.uniform(18.0f, 30.0f);
            if (place_.roads.edge_distance(p) < 7.5f) continue;
            done += choose("church", p, yaw_of(-p), {3.1f, 4.0f, 7.1f}, 8.2f) ? 1 : 0;
        }
        for (int attempt = 0, done = 0; attempt < 400 && done == 0; ++attempt) {
            const vec2 p(random_.uniform(-62.0f, 62.0f), random_.uniform(-62.0f, 62.0f));
            const float edge = place_.roads.edge_distance(p);
            if (edge < 6.0f || edge > 16.0f || glm::length(p) < 38.0f) continue;
            done += choose("windmill", p, yaw_of(-p), {2.7f, 4.0f, 2.7f}, 4.5f) ? 1 : 0;
        }
        for (const Road& road : place_.roads.roads()) {
            for (float along = 5.0f; along < road.length_m(); along += 6.0f) {
                for (const float side : {-1.0f, 1.0f}) choose_house(road, along + side, side);
            }
        }
    }

    void choose_house(const Road& road, float along, float side) {
        if (buildings_.size() >= kMaxBuildings || !random_.chance(0.7f)) return;
        const vec2 p = road.at(along), next = road.at(along + 1.0f);
        if (glm::distance(p, next) > 2.0f) return;  // the end of an open road
        const vec2 direction = glm::normalize(next - p);
        const vec2 outward = vec2(-direction.y, direction.x) * side;
        const vec2 center = p + outward * (kRoadHalfWidthM + random_.uniform(5.2f, 6.6f));
        if (place_.roads.edge_distance(center) < 4.4f) return;
        const float yaw = yaw_of(-outward);
        const int kind = random_.index(5);
        if (kind < 2)
            choose("house_cottage", center, yaw, {3.6f, 3.0f, 2.8f}, 5.4f);
        else if (kind < 4)
            choose("house_tall", center, yaw, {3.2f, 4.0f, 3.0f}, 5.2f);
        else
            choose("house_long", center, yaw, {5.2f, 3.0f, 3.0f}, 6.4f);
    }

    void shape_ground() {
        for (const Building& b : buildings_) {
            place_.terrain.flatten(b.center, b.ground_radius_m * 0.8f, 6.0f,
                                   place_.terrain.height_at(b.center));
        }
        if (!has_pond_) return;
        const float shore = place_.terrain.height_at(pond_);
        place_.terrain.flatten(pond_, kPondRadiusM + 1.5f, 7.0f, shore);
        place_.terrain.flatten(pond_, kPondRadiusM - 4.0f, 5.5f, shore - 1.6f);
        asset::MeshBuilder water("water");
        const float level = shore - 0.35f, reach = kPondRadiusM + 2.0f;
        const vec3 middle(pond_.x, level, pond_.y);
        for (int i = 0; i < 14; ++i) {
            const auto rim = [&](int k) {
                const float a = glm::two_pi<float>() * static_cast<float>(k) / 14.0f;
                return middle + vec3(std::cos(a), 0, std::sin(a)) * reach;
            };
            water.color(vec3(0.93f + 0.1f * static_cast<float>(i % 3) / 2.0f), 0.0f);
            water.triangle(middle, rim(i + 1), rim(i));
        }
        place_.meshes.push_back({water.take(), Paint::Water, Segment::Water, middle, reach});
        place_.collisions.add_cylinder(middle, kPondRadiusM - 0.8f, 3.0f);
    }

    void place_buildings() {
        for (const Building& b : buildings_) {
            Prop& prop = add(b.model, b.center, b.yaw, Segment::House);
            prop.wall = pick(kWalls, random_);
            prop.roof = pick(kRoofs, random_);
            prop.lit = random_.chance(0.8f);
            prop.near_model_m = 48.0f;
            const vec3 base = prop.position;
            if (b.model == "church") {
                prop.wall = srgb(0xf6efe0);
                prop.roof = srgb(0x4f6470);
                prop.lit = true;
                const vec2 tower = b.center + heading_vector(b.yaw) * 1.0f;
                place_.collisions.add_box({tower.x, base.y + 2.0f, tower.y}, b.half, b.yaw);
            } else if (b.model == "windmill") {
                prop.wall = srgb(0xfaf6ee);
                prop.roof = srgb(0x9a4a38);
                place_.collisions.add_cylinder(base + vec3(0, 2.0f, 0), 3.1f, 4.0f);
                place_.windmill_sails =
                    prop.transform * glm::translate(glm::mat4(1.0f), vec3(0, 7.8f, 2.85f));
            } else {
                place_.collisions.add_box(base + vec3(0, 1.5f, 0), b.half, b.yaw);
            }
        }
    }

    void place_plaza() {
        Prop& well = add("well", vec2(0.0f), random_.uniform(0.0f, 6.28f), Segment::Furniture);
        well.roof = srgb(0xb94f36);
        place_.collisions.add_cylinder(well.position + vec3(0, 1, 0), 1.35f, 1.5f);
        occupy(vec2(0.0f), 1.6f);
        const float turn = random_.uniform(0.0f, 6.28f);
        for (int i = 0; i < 4; ++i) {
            const float angle = turn + glm::half_pi<float>() * static_cast<float>(i);
            const vec2 out(std::cos(angle), std::sin(angle));
            add_lamp(out * (kPlazaRadiusM - 0.8f));
            const vec2 seat = vec2(std::cos(angle + 0.5f), std::sin(angle + 0.5f)) * (kPlazaRadiusM - 1.2f);
            if (place_.roads.nearest(seat).distance_m < kRoadHalfWidthM + 1.0f) continue;
            const float yaw = yaw_of(-seat);
            const Prop& bench = add("bench", seat, yaw, Segment::Furniture);
            place_.collisions.add_box(bench.position + vec3(0, 0.5f, 0), {0.9f, 0.6f, 0.3f}, yaw);
            occupy(seat, 1.0f);
        }
    }

    void add_lamp(vec2 p) {
        Prop& lamp = add("lamp_post", p, 0.0f, Segment::Lamp);
        lamp.visible_m = 75.0f;
        place_.lamps.push_back(lamp.position + vec3(0, 3.45f, 0));
        place_.collisions.add_cylinder(lamp.position + vec3(0, 1.5f, 0), 0.16f, 2.0f);
        occupy(p, 0.4f);
    }

    void place_lamps() {
        for (const Road& road : place_.roads.roads()) {
            float side = random_.sign();
            for (float along = 9.0f; along < road.length_m() - 3.0f; along += 16.0f) {
                const vec2 p = road.at(along), direction = glm::normalize(road.at(along + 1.0f) - p);
                const vec2 at = p + vec2(-direction.y, direction.x) * (side * (kRoadHalfWidthM + 0.6f));
                side = -side;
                if (place_.roads.edge_distance(at) > 0.3f && inside(at, 3.0f) && is_free(at, 0.5f))
                    add_lamp(at);
            }
        }
    }

    [[nodiscard]] static bool inside(vec2 p, float margin) {
        return std::max(std::abs(p.x), std::abs(p.y)) < kBorderM - margin;
    }

    void add_fence(vec2 p, float yaw) {
        Prop& fence = add("fence", p, yaw, Segment::Fence);
        fence.visible_m = 46.0f;
        fence.near_model_m = 14.0f;
        place_.collisions.add_box(fence.position + vec3(0, 0.5f, 0), {1.2f, 0.6f, 0.1f}, yaw);
        occupy(p, 1.3f);
    }

    void place_fences() {
        for (const Building& b : buildings_) {
            if (!b.model.starts_with("house") || random_.chance(0.35f)) continue;
            const vec2 front = heading_vector(b.yaw), side(-front.y, front.x);
            for (const float offset : {-4.4f, -2.0f, 2.0f, 4.4f}) {
                const vec2 p = b.center + front * 5.0f + side * offset;
                if (place_.roads.edge_distance(p) < 0.4f || !inside(p, 2.0f)) continue;
                const bool clear =
                    std::none_of(place_.obstacles.begin(), place_.obstacles.end(), [&](const Disc& d) {
                        return d.center != b.center &&
                               glm::distance(d.center, p) < d.radius_m + (d.radius_m > 1.35f ? 0.3f : 0.9f);
                    });
                if (clear) add_fence(p, b.yaw);
            }
        }
    }

    void place_trees() {
        const float phase = random_.uniform(0.0f, 6.28f);
        for (int attempt = 0, count = 0; attempt < 1500 && count < kTrees; ++attempt) {
            const vec2 p(random_.uniform(-72.0f, 72.0f), random_.uniform(-72.0f, 72.0f));
            const float wood =
                0.5f + 0.5f * std::sin(p.x * 0.09f + phase) * std::sin(p.y * 0.085f + 2.0f * phase);
            if (random_.unit() > 0.15f + wood * wood) continue;
            if (!inside(p, 1.5f) || place_.roads.edge_distance(p) < 1.8f || !is_free(p, 1.9f)) continue;
            ++count;
            const bool pine =
                random_.chance(0.25f + 0.5f * (std::sin(p.x * 0.06f - phase) > 0.3f ? 1.0f : 0.0f));
            const bool poplar = !pine && random_.chance(0.25f);
            const float scale = random_.uniform(0.85f, 1.3f);
            Prop& tree = add(pine     ? "tree_pine"
                             : poplar ? "tree_poplar"
                                      : "tree_broadleaf",
                             p, random_.uniform(0.0f, 6.28f), Segment::Tree, scale);
            tree.model[static_cast<std::size_t>(Biome::Desert)] =
                library_.id(random_.chance(0.6f) ? "cactus" : "tree_palm");
            if (!pine) tree.model[static_cast<std::size_t>(Biome::Winter)] = library_.id("tree_bare");
            tree.leaf = std::array{Paint::Leaf0, Paint::Leaf1,
                                   Paint::Leaf2}[static_cast<std::size_t>(random_.index(3))];
            tree.near_model_m = 26.0f;
            place_.collisions.add_cylinder(tree.position + vec3(0, 1.5f, 0), 0.4f * scale, 2.5f);
            occupy(p, 1.2f);
        }
    }

    void place_small_things() {
        for (int i = 0; i < 46; ++i) {
            const vec2 p(random_.uniform(-72.0f, 72.0f), random_.uniform(-72.0f, 72.0f));
            const bool big = random_.chance(0.3f);
            if (place_.roads.edge_distance(p) < 1.2f || !inside(p, 2.0f) || !is_free(p, big ? 1.8f : 1.1f))
                continue;
            const float scale = random_.uniform(0.7f, 1.2f);
            Prop& rock =
                add(big ? "boulder" : "rock", p, random_.uniform(0.0f, 6.28f), Segment::Rock, scale, 0.15f);
            rock.visible_m = big ? 90.0f : 50.0f;
            place_.collisions.add_cylinder(rock.position + vec3(0, 0.5f, 0), (big ? 1.2f : 0.75f) * scale,
                                           big ? 1.2f : 0.5f);
            occupy(p, big ? 1.5f : 0.9f);
        }
        for (int i = 0; i < 110; ++i) {
            const vec2 p(random_.uniform(-73.0f, 73.0f), random_.uniform(-73.0f, 73.0f));
            if (place_.roads.edge_distance(p) < 0.9f || !inside(p, 1.5f) || !is_free(p, 0.9f)) continue;
            Prop& bush = add("bush", p, random_.uniform(0.0f, 6.28f), Segment::Tree,
                             random_.uniform(0.6f, 1.2f), 0.1f);
            bush.visible_m = 55.0f;
        }
        for (int i = 0; i < 1500; ++i) {
            const vec2 p(random_.uniform(-73.0f, 73.0f), random_.uniform(-73.0f, 73.0f));
            if (place_.roads.edge_distance(p) < 0.3f || !inside(p, 1.0f) || !is_free(p, 0.2f)) continue;
            const bool flowers = std::sin(p.x * 0.3f) * std::sin(p.y * 0.27f) > 0.45f;
            Prop& plant = add(flowers ? "flowers" : "tuft", p, random_.uniform(0.0f, 6.28f), Segment::Terrain,
                              random_.uniform(0.8f, 1.3f));
            if (flowers) {
                plant.model[static_cast<std::size_t>(Biome::Desert)] = library_.id("tuft");
                plant.model[static_cast<std::size_t>(Biome::Winter)] = library_.id("tuft");
                plant.roof = pick(kPetals, random_);
            }
            plant.visible_m = 15.0f;
        }
    }

    void add_ground_meshes() {
        const auto keep = [&](asset::Mesh mesh, Paint paint, Segment segment, const Terrain::Chunk& chunk) {
            if (!mesh.indices.empty())
                place_.meshes.push_back({std::move(mesh), paint, segment, chunk.center, chunk.radius_m});
        };
        for (const Terrain::Chunk& chunk : place_.terrain.build_chunks(place_.roads)) {
            keep(chunk.ground, Paint::Ground, Segment::Terrain, chunk);
            keep(chunk.road, Paint::Road, Segment::Road, chunk);
        }
        for (const Terrain::Chunk& chunk : place_.terrain.build_surroundings(random_)) {
            keep(chunk.ground, Paint::Hill, Segment::Terrain, chunk);
        }
    }

    // A hedge that follows the ground; where a road leaves, a fence closes the way.
    void add_border() {
        constexpr int kPieces = 46, kPiecesPerMesh = 12;
        const float length = 2.0f * kBorderM / kPieces;
        for (int side = 0; side < 4; ++side) {
            const float yaw = glm::half_pi<float>() * static_cast<float>(side);
            const vec2 out = heading_vector(yaw), along(-out.y, out.x);
            const vec2 middle = out * kBorderM;
            place_.collisions.add_box({middle.x, 0.0f, middle.y}, {kBorderM, 30.0f, 0.5f}, yaw);
            for (int first = 0; first < kPieces; first += kPiecesPerMesh) {
                asset::MeshBuilder hedge("hedge");
                for (int i = first; i < std::min(first + kPiecesPerMesh, kPieces); ++i) {
                    const float t = -kBorderM + length * static_cast<float>(i);
                    const vec2 a = middle + along * t, b = a + along * length;
                    if (place_.roads.edge_distance(0.5f * (a + b)) < 0.4f)
                        add_fence(0.5f * (a + b), yaw);
                    else
                        add_hedge(hedge, a, b, out, i);
                }
                add_hedge_mesh(hedge.take());
            }
        }
    }

    void add_hedge(asset::MeshBuilder& hedge, vec2 a, vec2 b, vec2 out, int i) {
        const auto corner = [&](vec2 p, float across, float up) {
            const vec3 ground = place_.on_ground(p);
            return ground + vec3(out.x * across, up, out.y * across);
        };
        const float top = 1.35f + 0.2f * static_cast<float>((i * 7) % 3),
                    light = 0.88f + 0.06f * static_cast<float>((i * 5) % 3);
        const vec3 a0 = corner(a, -0.5f, -0.3f), b0 = corner(b, -0.5f, -0.3f), a1 = corner(a, -0.35f, top),
                   b1 = corner(b, -0.35f, top);
        const vec3 a2 = corner(a, 0.35f, top), b2 = corner(b, 0.35f, top);
        hedge.color(vec3(light)).quad(a0, b0, b1, a1);
        hedge.color(vec3(light * 1.08f)).quad(a1, b1, b2, a2);
    }

    void add_hedge_mesh(asset::Mesh mesh) {
        if (mesh.indices.empty()) return;
        vec3 low(1e9f), high(-1e9f);
        for (const asset::Vertex& vertex : mesh.vertices) {
            low = glm::min(low, vertex.position);
            high = glm::max(high, vertex.position);
        }
        place_.meshes.push_back({std::move(mesh), Paint::Hedge, Segment::Fence, 0.5f * (low + high),
                                 0.5f * glm::distance(low, high)});
    }

    static constexpr float kPondRadiusM = 8.0f;
    static constexpr std::size_t kMaxBuildings = 34;
    static constexpr int kTrees = 120;

    Random& random_;
    const ModelLibrary& library_;
    VillagePlace place_;
    std::vector<Building> buildings_;
    vec2 pond_{0.0f};
    bool has_pond_ = false;
};

}  // namespace

bool VillagePlace::is_free(vec2 p, float clearance_m) const {
    return std::none_of(obstacles.begin(), obstacles.end(), [&](const Disc& disc) {
        const vec2 off = disc.center - p;
        const float reach = disc.radius_m + clearance_m;
        return glm::dot(off, off) < reach * reach;
    });
}

std::span<const std::string_view> village_model_names() {
    return kModelNames;
}

VillagePlace build_village(Random& random, const ModelLibrary& library) {
    return Builder(random, library).build();
}

glm::mat4 model_transform(vec3 position, float yaw, float scale) {
    const glm::mat4 at = glm::translate(glm::mat4(1.0f), position);
    return glm::scale(glm::rotate(at, glm::pi<float>() - yaw, vec3(0, 1, 0)), vec3(scale));
}

}  // namespace rv::simulator
