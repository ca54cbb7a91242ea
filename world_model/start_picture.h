#pragma once
/// Pictures and videos of people's own as frames to begin with.

#include <torch/torch.h>

#include <filesystem>
#include <vector>

namespace rv::world_model {

/// A picture that has the world's size already: (3, H, W) float32 in [-1, 1]. @throws FileError.
torch::Tensor load_exactly(const std::filesystem::path& file, int width, int height);

/// A picture, or the end of a video, `frame_rate` frames a second, oldest first, at most `frames` of them; of
/// any size: enlarged or reduced until it covers the frame, of which it fills the middle.
/// @return at least one, each (3, height, width) float32 in [-1, 1]
/// @throws FileError for what is neither, or cannot be read.
std::vector<torch::Tensor> load_past(const std::filesystem::path& file, int width, int height,
                                     double frame_rate, int frames);

}  // namespace rv::world_model
