#pragma once
/// Pictures and videos of people's own as frames.

#include <torch/torch.h>

#include <filesystem>
#include <vector>

namespace rv::world_model {

/// A picture of exactly this size: (3, H, W) float32 in [-1, 1]. @throws FileError.
torch::Tensor load_picture(const std::filesystem::path& file, int width, int height);
/// A picture, or the end of a video, `frame_rate` frames a second, oldest first, at most `frames` of them; of
/// any size: enlarged or reduced until it covers the frame, of which it fills the middle.
/// @return at least one, each (3, height, width) float32 in [-1, 1]
/// @throws FileError for what is neither, or cannot be read.
std::vector<torch::Tensor> load_past(const std::filesystem::path& file, int width, int height,
                                     double frame_rate, int frames);
/// As many as a world takes for its past when a video stands for its start frame.
inline constexpr int kPastFrames = 8;
/// The same of a picture, or the last frame of a video.
torch::Tensor load_and_fit(const std::filesystem::path& file, int width, int height);

}  // namespace rv::world_model
