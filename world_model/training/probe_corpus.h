#pragma once
/// Recorded walks as a probe learns from them: reduced frames, actions, motions and looks.

#include <torch/torch.h>

#include <filesystem>
#include <vector>

#include "world_model/evaluation/probe.h"

namespace rv::world_model {

struct ProbeCorpus {
    torch::Tensor frames;   ///< (N, height, width, 3) uint8
    torch::Tensor motions;  ///< (N, 6) codes of the camera's motion that led to the frame
    torch::Tensor actions;  ///< (N, axes) classes of the action that led to the frame
    torch::Tensor looks;    ///< (N, attributes) values of the look
    torch::Tensor moved;    ///< rows with a frame before them
    torch::Tensor settled;  ///< rows whose look has been there for a while
    ProbeConfig config;     ///< the environment, and the looks that occur
};

/// At most `episodes` of each folder, evenly spread, walks only. Frames larger than the probe's are reduced
/// by area. @throws FileError, UsageError if there is no walk.
ProbeCorpus load_probe_corpus(const std::vector<std::filesystem::path>& folders, int64_t episodes);

}  // namespace rv::world_model
