#pragma once
/// Patterns for the maze's walls and floors, drawn by arithmetic: bricks, tiles, planks, stripes and so on.

#include "engine/asset/scene.h"
#include "engine/simulator/random.h"

namespace rv::simulator {

inline constexpr int kMazeTextureSize = 64;
inline constexpr int kMazePatternCount = 8;

/// @param pattern 0 .. kMazePatternCount - 1. Colours are drawn from `random`. Repeats without a seam.
asset::Texture make_maze_texture(int pattern, Random& random);

}  // namespace rv::simulator
