#pragma once
/// A random maze of square cells and the shortest ways through it.

#include <glm/vec2.hpp>
#include <vector>

#include "engine/simulator/random.h"

namespace rv::simulator {

class MazeMap {
  public:
    static constexpr int kCells = 7;  ///< along each side

    using Cell = glm::ivec2;  ///< x to the east, y to the south; 0 .. kCells - 1

    /// Every cell can be reached from every other; a few more walls are open, so that there are loops.
    static MazeMap generate(Random& random);

    /// Whether one can walk from a cell to the one beside it. @param step (1,0), (-1,0), (0,1) or (0,-1).
    [[nodiscard]] bool is_open(Cell cell, Cell step) const;
    /// Cells from `from` to `to`, both included, along one of the shortest ways.
    [[nodiscard]] std::vector<Cell> shortest_path(Cell from, Cell to) const;

  private:
    void open(Cell cell, Cell step);
    [[nodiscard]] static bool contains(Cell cell) {
        return cell.x >= 0 && cell.y >= 0 && cell.x < kCells && cell.y < kCells;
    }

    bool east_[kCells][kCells] = {};   ///< open towards x + 1
    bool south_[kCells][kCells] = {};  ///< open towards y + 1
};

}  // namespace rv::simulator
