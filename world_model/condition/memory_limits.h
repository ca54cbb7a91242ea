#pragma once
/// How much a spatial memory keeps and draws; see spatial_memory.h. Free of LibTorch, because kernels include
/// it.

#include <cstdint>

namespace rv::world_model {

inline constexpr int kMemoryFrames = 32;        ///< kept
inline constexpr int kMemoryDrawn = 3;          ///< of these at most, in one view
inline constexpr int64_t kMemorySettling = 30;  ///< frames: a new prompt's look takes this long

}  // namespace rv::world_model
