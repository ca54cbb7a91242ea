#pragma once
/// A recorded data set in memory, all episodes behind each other.

#include <torch/torch.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/core/camera.h"

namespace rv::world_model {

struct FrameCorpus {
    torch::Tensor frames;         ///< (N, H, W, 3) uint8
    torch::Tensor inverse_depth;  ///< (N, H, W) float16, see condition/depth.h; undefined without depth
    torch::Tensor actions;        ///< (N, A) float32; row t led to frame t, the first of an episode is zero
    bool has_poses = true;
    std::vector<CameraPose> poses;  ///< N; identities where there are none
    std::vector<int64_t>
        episode_begin;          ///< N: index of the first frame of the episode that frame t belongs to
    std::vector<int64_t> text;  ///< N: index into texts
    std::vector<std::string> texts;
    Intrinsics intrinsics;
    double frame_rate = 15;

    [[nodiscard]] int64_t size() const { return frames.size(0); }
};

/// What of a data set to keep in memory.
struct CorpusSelection {
    int64_t reduce = 1;  ///< pixels a side averaged into one: trains at a part of the recorded resolution
    int64_t stride = 1;  ///< every stride-th frame only, for what needs no neighbours in time
    int64_t episode_stride = 1;  ///< every episode_stride-th episode of each folder only
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(CorpusSelection, reduce, stride, episode_stride)

/// Reads the folders that `reverie collect` wrote, or that docs/dataset.md describes.
/// @throws FileError; UsageError if the recorded size is no multiple of selection.reduce.
FrameCorpus load_frames(const std::vector<std::filesystem::path>& folders,
                        const CorpusSelection& selection = {});

}  // namespace rv::world_model
