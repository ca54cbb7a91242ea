#pragma once
/// Recorded episodes to evaluate a world on: what can be measured without a simulator, of any recordings.

#include <filesystem>
#include <span>
#include <vector>

#include "world_model/evaluation/guess.h"

namespace rv::world_model {

/// Every episode of a dataset, without depth. @throws FileError
std::vector<Clip> load_clips(const std::filesystem::path& dataset);

/// True frames and, below them, what a world made of the actions alone: the last frame shown, then horizons
/// 1, 2, 4, 8, ... The guesses are taken evenly, two rows of pictures each.
/// @param guesses at least one  @return (H, W, 3) uint8
torch::Tensor comparison_sheet(std::span<const Guess> guesses, int64_t most);

}  // namespace rv::world_model
