#include "engine/simulator/maze_map.h"

#include <algorithm>
#include <array>
#include <deque>

namespace rv::simulator {
namespace {

constexpr std::array<MazeMap::Cell, 4> kSteps = {{{1, 0}, {0, 1}, {-1, 0}, {0, -1}}};
constexpr int kExtraOpenings = 8;

}  // namespace

MazeMap MazeMap::generate(Random& random) {
    MazeMap map;
    bool visited[kCells][kCells] = {};
    std::vector<Cell> trail = {{random.index(kCells), random.index(kCells)}};
    visited[trail[0].y][trail[0].x] = true;
    while (!trail.empty()) {  // depth first, with a random choice at every cell
        const Cell cell = trail.back();
        std::vector<Cell> choices;
        for (const Cell step : kSteps) {
            const Cell next = cell + step;
            if (contains(next) && !visited[next.y][next.x]) choices.push_back(step);
        }
        if (choices.empty()) {
            trail.pop_back();
            continue;
        }
        const Cell step = choices[static_cast<std::size_t>(random.index(static_cast<int>(choices.size())))];
        map.open(cell, step);
        trail.push_back(cell + step);
        visited[trail.back().y][trail.back().x] = true;
    }
    for (int i = 0; i < kExtraOpenings; ++i) {
        const Cell cell(random.index(kCells), random.index(kCells));
        const Cell step = kSteps[static_cast<std::size_t>(random.index(4))];
        if (contains(cell + step)) map.open(cell, step);
    }
    return map;
}

bool MazeMap::is_open(Cell cell, Cell step) const {
    const Cell next = cell + step;
    if (!contains(cell) || !contains(next)) return false;
    const Cell first(std::min(cell.x, next.x), std::min(cell.y, next.y));
    return step.x != 0 ? east_[first.y][first.x] : south_[first.y][first.x];
}

void MazeMap::open(Cell cell, Cell step) {
    const Cell next = cell + step;
    const Cell first(std::min(cell.x, next.x), std::min(cell.y, next.y));
    (step.x != 0 ? east_ : south_)[first.y][first.x] = true;
}

std::vector<MazeMap::Cell> MazeMap::shortest_path(Cell from, Cell to) const {
    // Breadth first from the end, so that the way can be read off from the start.
    int distance[kCells][kCells];
    std::fill(&distance[0][0], &distance[0][0] + kCells * kCells, -1);
    distance[to.y][to.x] = 0;
    for (std::deque<Cell> queue = {to}; !queue.empty(); queue.pop_front()) {
        const Cell cell = queue.front();
        for (const Cell step : kSteps) {
            const Cell next = cell + step;
            if (!is_open(cell, step) || distance[next.y][next.x] >= 0) continue;
            distance[next.y][next.x] = distance[cell.y][cell.x] + 1;
            queue.push_back(next);
        }
    }
    std::vector<Cell> path = {from};
    while (path.back() != to) {
        const Cell cell = path.back();
        for (const Cell step : kSteps) {
            const Cell next = cell + step;
            if (!is_open(cell, step) || distance[next.y][next.x] != distance[cell.y][cell.x] - 1) continue;
            path.push_back(next);
            break;
        }
    }
    return path;
}

}  // namespace rv::simulator
