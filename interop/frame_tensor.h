#pragma once
/// From the model's planar floats to the window's bytes.

#include <cstdint>
#include <span>

namespace at {
class Tensor;
}

namespace rv::interop {

/// Writes a frame as RGBA8, tight rows, alpha 255. Rounds to nearest and clamps; NaN becomes 0.
/// @param frame (3, H, W) or (1, 3, H, W) in [-1, 1], any floating type, any device (a copy is made off the
/// CPU).
/// @param rgba  exactly H * W * 4 bytes.
void write_rgba8(const at::Tensor& frame, std::span<std::uint8_t> rgba);

}  // namespace rv::interop
