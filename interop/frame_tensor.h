#pragma once
/// From the model's planar floats to the window's bytes, and back.

#include <c10/core/ScalarType.h>

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

/// The same way back, where the bytes lie. @param rgba (H, W, 4) uint8. @return (3, H, W) in [-1, 1].
at::Tensor frame_from_rgba8(const at::Tensor& rgba, at::ScalarType type);

}  // namespace rv::interop
