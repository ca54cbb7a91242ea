#pragma once
/// PNG and JPEG files as frames.

#include <torch/torch.h>

#include <filesystem>

namespace rv::world_model {

/// A picture of exactly this size: (3, H, W) float32 in [-1, 1]. @throws FileError.
torch::Tensor load_picture(const std::filesystem::path& file, int width, int height);
/// Any picture, as large as covers the frame, its middle: (3, H, W) float32 in [-1, 1]. @throws FileError.
torch::Tensor load_and_fit(const std::filesystem::path& file, int width, int height);

}  // namespace rv::world_model
