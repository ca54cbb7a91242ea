#pragma once
/// Does a generated world do what it is told? An inverse-dynamics probe reads the actions back from pairs of
/// frames, as it does from real ones.

#include <span>

#include "world_model/evaluation/guess.h"
#include "world_model/evaluation/probe_reading.h"
#include "world_model/evaluation/report.h"

namespace rv::world_model {

/// Right readings of one stretch, (axes): how many of `read` equal what was given `shift` frames later.
/// @param read (T - 1, axes), row i belongs to frame i + 1  @param given T actions, given[t] led to frame t
struct ReadingScore {
    std::array<int64_t, kActionAxes.size()> right{};
    int64_t all_right = 0;  ///< rows in which every axis is right
    int64_t rows = 0;
};
ReadingScore score_reading(const torch::Tensor& read, std::span<const Action> given, int64_t shift = 0);

/// Accuracy on generated frames relative to the real frames they stand for.
Report report_actions(std::span<const Guess> guesses, Probe& probe);

}  // namespace rv::world_model
