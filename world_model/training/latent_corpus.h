#pragma once
/// A recorded data set as a tokenizer sees it: what the dynamics trains on.

#include <filesystem>

#include "world_model/tokenizer/tokenizer.h"
#include "world_model/training/frame_corpus.h"

namespace rv::world_model {

/// Row t of every tensor belongs to frame t; "last" is frame t - 1. First frames of episodes have no last
/// one: their reprojection and motion are empty. So are those of all frames of recordings without poses;
/// without depth there is no reprojection.
struct LatentCorpus {
    bool has_warp = true;   ///< whether there are reprojections at all
    torch::Tensor latents;  ///< (N, C, h, w) bfloat16
    torch::Tensor warped;  ///< (N, C, h, w) bfloat16: the last frame and the episode's spatial memory, as the
                           ///< tokenizer gives them back, drawn into frame t's camera, encoded
    torch::Tensor validity;   ///< (N, 1, h, w) bfloat16
    torch::Tensor rays;       ///< (N, 6, h, w) bfloat16
    torch::Tensor actions;    ///< (N, A) float32
    torch::Tensor motions;    ///< (N, 6) float32, motion codes last -> t
    torch::Tensor ups;        ///< (N, 3) float32, the world's up in camera t's axes
    torch::Tensor keyframes;  ///< (N, SpatialMemory::kDrawn) int64: rows that were laid over the last frame,
                              ///< oldest first; -1 where there are fewer
    std::vector<CameraPose> poses;  ///< N
    torch::Tensor episode_begin;    ///< (N) int64
    torch::Tensor text;             ///< (N) int64
    std::vector<std::string> texts;
    Intrinsics intrinsics;  ///< of the frames

    [[nodiscard]] int64_t size() const { return latents.size(0); }
};

/// Encodes a corpus; the tokenizer is prepared for its device already. Shows progress on standard error.
/// @param cache file to keep the result in, reused if it was made from the same data by the same tokenizer
/// @param tokenizer_digest identifies the weights
LatentCorpus encode_corpus(const FrameCorpus& frames, Tokenizer& tokenizer, torch::Device device,
                           torch::ScalarType dtype, const std::filesystem::path& cache,
                           const std::string& tokenizer_digest);

}  // namespace rv::world_model
