#pragma once
/// The environment "maze": the long-context benchmark of TECO (Yan et al. 2023, "Temporally consistent
/// transformers for video generation"): 7x7 cells with random wall and floor textures, in which an agent
/// walks shortest paths between random points for 300 frames, usually at 64x64.

#include <optional>
#include <vector>

#include "engine/simulator/collision_world.h"
#include "engine/simulator/ego.h"
#include "engine/simulator/environment.h"
#include "engine/simulator/maze_map.h"

namespace rv::simulator {

class Maze final : public Environment {
  public:
    static constexpr int kEpisodeFrames = 300;
    static constexpr float kCellM = 1.6f;

    /// The observer outlives the environment.
    Maze(const EnvironmentOptions& options, Observer& observer);

    [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }
    Step reset(std::uint64_t seed) override;
    Step step(const Action& action) override;
    /// Walks to a random cell along a shortest path, then to another one.
    Action policy() override;

    [[nodiscard]] const MazeMap& map() const { return map_; }
    [[nodiscard]] const Ego& ego() const { return ego_; }
    [[nodiscard]] const asset::Scene& scene() const { return scene_; }
    /// Cells that the agent still has to visit, the next one first.
    [[nodiscard]] const std::vector<MazeMap::Cell>& plan() const { return plan_; }

    [[nodiscard]] static glm::vec2 center_of(MazeMap::Cell cell);
    [[nodiscard]] static MazeMap::Cell cell_at(glm::vec2 position);

  private:
    void build_scene();
    void build_walls();
    Step observe(const Action& action);

    EnvironmentSpec spec_;
    EnvironmentOptions options_;
    Observer& observer_;
    Random random_{0}, policy_random_{0};
    MazeMap map_;
    std::optional<CollisionWorld> collisions_;
    asset::Scene scene_;
    Ego ego_;
    std::vector<MazeMap::Cell> plan_;
    int frame_ = 0;
    bool collided_ = false;
};

}  // namespace rv::simulator
