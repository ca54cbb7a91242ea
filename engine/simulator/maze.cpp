#include "engine/simulator/maze.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <glm/geometric.hpp>
#include <glm/gtc/constants.hpp>

#include "engine/asset/mesh_builder.h"
#include "engine/core/error.h"
#include "engine/simulator/maze_textures.h"
#include "engine/simulator/scene_revision.h"

namespace rv::simulator {
namespace {

using glm::vec2;
using glm::vec3;
using Cell = MazeMap::Cell;

constexpr float kWallM = 1.9f;  // height
constexpr float kHalfThickM = 0.1f;
constexpr float kFovY = 1.2f;  // radians: 69 degrees, as wide as high
constexpr int kWallTextures = 3, kFloorTextures = 2;
constexpr std::uint8_t kFloorSegment = 1, kWallSegment = 2;

EgoLimits maze_limits() {
    EgoLimits limits;
    limits.turn_rad = glm::half_pi<float>() / 12.0f;  // a quarter turn in 12 frames
    limits.walk_m = 0.2f;                             // a cell in 8 frames
    limits.run_m = 0.3f;
    limits.response = 1.0f;
    limits.eye_m = 1.0f;
    limits.radius_m = 0.25f;
    limits.height_m = 1.4f;
    return limits;
}

// Textures are laid on by the world's axes.
void lay_texture(asset::Mesh& mesh) {
    for (asset::Vertex& v : mesh.vertices) {
        const vec3 p = v.position;
        if (std::abs(v.normal.y) > 0.5f)
            v.uv = vec2(p.x, p.z) / Maze::kCellM;
        else if (std::abs(v.normal.x) > 0.5f)
            v.uv = {p.z / Maze::kCellM, -p.y / kWallM};
        else
            v.uv = {p.x / Maze::kCellM, -p.y / kWallM};
    }
}

// Which of a few random points is nearest: regions that share a texture.
std::size_t nearest(const std::vector<vec2>& points, vec2 p) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < points.size(); ++i) {
        if (glm::distance(points[i], p) < glm::distance(points[best], p)) best = i;
    }
    return best;
}

std::vector<vec2> random_points(int count, Random& random) {
    constexpr float kHalf = 0.5f * MazeMap::kCells * Maze::kCellM;
    std::vector<vec2> points;
    for (int i = 0; i < count; ++i)
        points.emplace_back(random.uniform(-kHalf, kHalf), random.uniform(-kHalf, kHalf));
    return points;
}

asset::Atmosphere even_light() {
    asset::Atmosphere air;
    air.sun_direction = glm::normalize(vec3(0.35f, 0.8f, 0.5f));
    air.sun_color = vec3(0.55f);
    air.sky_light = vec3(0.62f);
    air.ground_light = vec3(0.45f);
    air.zenith = asset::srgb(0x5f8fd0);
    air.horizon = asset::srgb(0xb9d4ec);
    air.fog_color = air.horizon;
    air.fog_density_per_m = 0.0f;
    air.sun_disc = 0.0f;
    return air;
}

}  // namespace

Maze::Maze(const EnvironmentOptions& options, Observer& observer)
    : options_(options), observer_(observer), ego_(maze_limits()) {
    spec_.name = "maze";
    spec_.max_turn_rad_per_frame = ego_.limits().turn_rad;
    spec_.max_step_m_per_frame = ego_.limits().walk_m;
    spec_.segment_names = {"sky", "floor", "wall"};
}

vec2 Maze::center_of(Cell cell) {
    return (vec2(cell) + 0.5f - 0.5f * MazeMap::kCells) * kCellM;
}

Cell Maze::cell_at(vec2 position) {
    return glm::clamp(Cell(glm::floor(position / kCellM + 0.5f * MazeMap::kCells)), Cell(0),
                      Cell(MazeMap::kCells - 1));
}

Step Maze::reset(std::uint64_t seed) {
    random_ = Random(seed);
    map_ = MazeMap::generate(random_);
    collisions_.emplace();
    build_scene();
    const Cell start(random_.index(MazeMap::kCells), random_.index(MazeMap::kCells));
    ego_.place(center_of(start), glm::half_pi<float>() * static_cast<float>(random_.index(4)));
    policy_random_ = Random(random_.bits());
    plan_.clear();
    frame_ = 0;
    collided_ = false;
    return observe({});
}

Step Maze::step(const Action& wanted) {
    RV_ASSERT(collisions_.has_value(), "an environment was stepped before its first reset");
    const Action action = clamped(wanted);
    ++frame_;
    const vec2 wish = ego_.steer(action);
    const EgoLimits& limits = ego_.limits();
    const CollisionWorld::Slide slide =
        collisions_->slide(ego_.position(), wish, 0.1f, limits.radius_m, limits.height_m);
    collided_ = slide.blocked;
    ego_.settle(slide.position, slide.blocked, 0.0f);
    return observe(action);
}

Action Maze::policy() {
    const Cell here = cell_at(ego_.position());
    if (!plan_.empty() && plan_.front() == here && glm::distance(center_of(here), ego_.position()) < 0.11f) {
        plan_.erase(plan_.begin());
    }
    while (plan_.empty()) {
        const Cell goal(policy_random_.index(MazeMap::kCells), policy_random_.index(MazeMap::kCells));
        if (goal == here) continue;
        plan_ = map_.shortest_path(here, goal);
        plan_.erase(plan_.begin());
    }
    const vec2 way = center_of(plan_.front()) - ego_.position();
    const float error = wrapped(yaw_of(way) - ego_.yaw());
    Action action;
    action.turn = std::clamp(error / ego_.limits().turn_rad, -1.0f, 1.0f);
    if (std::abs(error) < 0.3f) action.forward = std::min(1.0f, glm::length(way) / ego_.limits().walk_m);
    return action;
}

void Maze::build_scene() {
    scene_ = {};
    scene_.revision = next_scene_revision();
    scene_.atmosphere = even_light();
    for (int i = 0; i < kWallTextures + kFloorTextures; ++i) {
        scene_.textures.push_back(make_maze_texture(random_.index(kMazePatternCount), random_));
    }
    build_walls();

    const std::vector<vec2> regions = random_points(kFloorTextures, random_);
    std::array<asset::MeshBuilder, kFloorTextures> floors = {asset::MeshBuilder("floor"),
                                                             asset::MeshBuilder("floor")};
    for (int y = 0; y < MazeMap::kCells; ++y) {
        for (int x = 0; x < MazeMap::kCells; ++x) {
            const vec2 c = center_of({x, y}), h(0.5f * kCellM);
            floors[nearest(regions, c)].quad({c.x - h.x, 0, c.y + h.y}, {c.x + h.x, 0, c.y + h.y},
                                             {c.x + h.x, 0, c.y - h.y}, {c.x - h.x, 0, c.y - h.y});
        }
    }
    for (std::size_t i = 0; i < floors.size(); ++i) {
        asset::Mesh mesh = floors[i].take();
        if (mesh.indices.empty()) continue;
        lay_texture(mesh);
        asset::Instance instance;
        instance.mesh = static_cast<std::uint32_t>(scene_.meshes.size());
        instance.texture = kWallTextures + static_cast<std::int32_t>(i);
        instance.segment = kFloorSegment;
        scene_.meshes.push_back(std::move(mesh));
        scene_.instances.push_back(instance);
    }
}

void Maze::build_walls() {
    const std::vector<vec2> regions = random_points(kWallTextures, random_);
    std::array<asset::MeshBuilder, kWallTextures> walls = {
        asset::MeshBuilder("walls"), asset::MeshBuilder("walls"), asset::MeshBuilder("walls")};
    const auto wall = [&](vec2 middle, bool along_x) {
        const float half = 0.5f * kCellM - kHalfThickM;  // between two posts
        const vec2 extent = along_x ? vec2(half, kHalfThickM) : vec2(kHalfThickM, half);
        walls[nearest(regions, middle)].box({middle.x - extent.x, 0, middle.y - extent.y},
                                            {middle.x + extent.x, kWallM, middle.y + extent.y});
        collisions_->add_box({middle.x, 0.5f * kWallM, middle.y}, {extent.x, 0.5f * kWallM, extent.y}, 0.0f);
    };
    const auto post = [&](vec2 middle) {
        walls[nearest(regions, middle)].box({middle.x - kHalfThickM, 0, middle.y - kHalfThickM},
                                            {middle.x + kHalfThickM, kWallM, middle.y + kHalfThickM});
        collisions_->add_box({middle.x, 0.5f * kWallM, middle.y}, {kHalfThickM, 0.5f * kWallM, kHalfThickM},
                             0.0f);
    };
    for (int y = 0; y <= MazeMap::kCells; ++y) {
        for (int x = 0; x <= MazeMap::kCells; ++x) post(center_of({x, y}) - 0.5f * kCellM);
    }
    for (int y = 0; y < MazeMap::kCells; ++y) {
        for (int x = 0; x < MazeMap::kCells; ++x) {
            const Cell cell(x, y);
            const vec2 c = center_of(cell), h(0.5f * kCellM);
            if (!map_.is_open(cell, {1, 0})) wall({c.x + h.x, c.y}, false);
            if (!map_.is_open(cell, {0, 1})) wall({c.x, c.y + h.y}, true);
            if (x == 0) wall({c.x - h.x, c.y}, false);
            if (y == 0) wall({c.x, c.y - h.y}, true);
        }
    }
    for (std::size_t i = 0; i < walls.size(); ++i) {
        asset::Mesh mesh = walls[i].take();
        if (mesh.indices.empty()) continue;
        lay_texture(mesh);
        asset::Instance instance;
        instance.mesh = static_cast<std::uint32_t>(scene_.meshes.size());
        instance.texture = static_cast<std::int32_t>(i);
        instance.segment = kWallSegment;
        scene_.meshes.push_back(std::move(mesh));
        scene_.instances.push_back(instance);
    }
}

Step Maze::observe(const Action& action) {
    scene_.time_s = static_cast<float>(frame_) / static_cast<float>(spec_.frame_rate);
    Step step;
    step.observation = observer_.observe(
        scene_, ego_.camera(), Intrinsics::from_vertical_fov(options_.width, options_.height, kFovY));
    step.action = action;
    step.collided = collided_;
    step.truncated = frame_ >= kEpisodeFrames;
    return step;
}

}  // namespace rv::simulator
