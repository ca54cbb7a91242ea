#pragma once
/// A recorded data set in memory, all episodes behind each other.

#include <torch/torch.h>

#include <filesystem>
#include <string>
#include <vector>

#include "engine/core/camera.h"

namespace rv::world_model {

struct FrameCorpus {
    torch::Tensor frames;           ///< (N, H, W, 3) uint8
    torch::Tensor inverse_depth;    ///< (N, H, W) float16, see condition/depth.h; undefined without depth
    torch::Tensor actions;          ///< (N, A) float32; row t led to frame t, the first of an episode is zero
    std::vector<CameraPose> poses;  ///< N
    std::vector<int64_t>
        episode_begin;          ///< N: index of the first frame of the episode that frame t belongs to
    std::vector<int64_t> text;  ///< N: index into texts
    std::vector<std::string> texts;
    Intrinsics intrinsics;
    double frame_rate = 15;

    [[nodiscard]] int64_t size() const { return frames.size(0); }
};

/// Reads the folders that `reverie collect` wrote, or that docs/dataset.md describes. @throws FileError.
FrameCorpus load_frames(const std::vector<std::filesystem::path>& folders);

}  // namespace rv::world_model
