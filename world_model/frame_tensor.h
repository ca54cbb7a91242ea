#pragma once
/// Pictures as tensors and back.

#include <torch/torch.h>

#include <cstdint>
#include <span>

namespace rv::world_model {

/// (B, H, W, 3) uint8 -> (B, 3, H, W) float32 in [-1, 1], channels_last without a copy of the layout.
inline torch::Tensor frames_from_bytes(const torch::Tensor& bytes) {
    return bytes.to(torch::kFloat32).div_(127.5f).sub_(1).permute({0, 3, 1, 2});
}

/// (3, H, W) in [-1, 1] -> RGBA8, rows tight. @param rgba H * W * 4 bytes
void write_rgba(const torch::Tensor& frame, std::span<std::uint8_t> rgba);

}  // namespace rv::world_model
