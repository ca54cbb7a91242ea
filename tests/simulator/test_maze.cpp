#include <doctest/doctest.h>

#include <glm/geometric.hpp>
#include <set>

#include "blind_observer.h"
#include "engine/simulator/maze.h"

using namespace rv;
using namespace rv::simulator;

namespace {

constexpr MazeMap::Cell kSteps[] = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};

// All distances by repeated relaxation, an independent way to the same numbers.
int distance_by_relaxation(const MazeMap& map, MazeMap::Cell from, MazeMap::Cell to) {
    constexpr int n = MazeMap::kCells;
    int d[n][n];
    std::fill(&d[0][0], &d[0][0] + n * n, 1000);
    d[from.y][from.x] = 0;
    for (int round = 0; round < n * n; ++round) {
        for (int y = 0; y < n; ++y) {
            for (int x = 0; x < n; ++x) {
                for (const MazeMap::Cell step : kSteps) {
                    if (map.is_open({x, y}, step)) d[y][x] = std::min(d[y][x], d[y + step.y][x + step.x] + 1);
                }
            }
        }
    }
    return d[to.y][to.x];
}

}  // namespace

TEST_CASE("[MazeMap] every way is open, connected and shortest") {
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        Random random(seed);
        const MazeMap map = MazeMap::generate(random);
        for (int i = 0; i < 12; ++i) {
            const MazeMap::Cell from(random.index(7), random.index(7)), to(random.index(7), random.index(7));
            const auto path = map.shortest_path(from, to);
            REQUIRE(path.front() == from);
            REQUIRE(path.back() == to);
            for (std::size_t k = 1; k < path.size(); ++k)
                REQUIRE(map.is_open(path[k - 1], path[k] - path[k - 1]));
            CHECK(static_cast<int>(path.size()) - 1 == distance_by_relaxation(map, from, to));
        }
        CHECK_FALSE(map.is_open({0, 0}, {-1, 0}));
        CHECK_FALSE(map.is_open({6, 6}, {0, 1}));
    }
}

TEST_CASE("[Maze] same seed gives the same episode of 300 frames") {
    BlindObserver observer;
    Maze a({}, observer), b({}, observer);
    b.reset(1);
    a.reset(9);
    b.reset(9);
    for (int i = 1; i <= Maze::kEpisodeFrames; ++i) {
        const Action action = a.policy();
        REQUIRE(action == b.policy());
        const Step one = a.step(action), two = b.step(action);
        REQUIRE(one.observation.pose.position == two.observation.pose.position);
        REQUIRE(one.observation.pose.orientation == two.observation.pose.orientation);
        REQUIRE(one.truncated == (i == Maze::kEpisodeFrames));
    }
    REQUIRE(a.scene().textures.size() == b.scene().textures.size());
    for (std::size_t i = 0; i < a.scene().textures.size(); ++i) {
        CHECK(a.scene().textures[i].rgba == b.scene().textures[i].rgba);
    }
}

TEST_CASE("[Maze] the agent walks its shortest paths without touching a wall") {
    BlindObserver observer;
    Maze maze({}, observer);
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
        maze.reset(seed);
        std::set<std::pair<int, int>> visited;
        MazeMap::Cell last = Maze::cell_at(maze.ego().position());
        for (int i = 0; i < Maze::kEpisodeFrames; ++i) {
            REQUIRE_FALSE(maze.step(maze.policy()).collided);
            const MazeMap::Cell cell = Maze::cell_at(maze.ego().position());
            if (cell != last) REQUIRE(maze.map().is_open(last, cell - last));
            last = cell;
            visited.insert({cell.x, cell.y});
        }
        CHECK(visited.size() >= 8);
    }
}

TEST_CASE("[Maze] walls block") {
    BlindObserver observer;
    Maze maze({}, observer);
    maze.reset(4);
    for (int i = 0; i < 400; ++i) {  // a drunkard can't leave either
        Action action{.forward = 1};
        action.turn = (i / 40) % 2 == 0 ? 0.3f : -0.5f;
        const MazeMap::Cell before = Maze::cell_at(maze.ego().position());
        maze.step(action);
        const MazeMap::Cell after = Maze::cell_at(maze.ego().position());
        const MazeMap::Cell step = after - before;
        if (step != MazeMap::Cell(0)) REQUIRE(maze.map().is_open(before, step));
    }
    maze.reset(4);
    bool collided = false;
    for (int i = 0; i < 80; ++i) collided = maze.step({.forward = 1}).collided || collided;
    CHECK(collided);
}
