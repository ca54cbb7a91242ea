#pragma once
/// Is a place still there after one has looked away from it?

#include <span>

#include "world_model/evaluation/guess.h"
#include "world_model/evaluation/report.h"

namespace rv::world_model {

/// TECO's protocol on mazes (Yan et al. 2023): 144 frames shown, 156 predicted, all of them compared.
inline constexpr int64_t kMazeContext = 144, kMazeHorizon = 156;
Report report_maze(std::span<const Guess> guesses);

/// Walks that end where they began: the last generated frame against the last true frame shown.
/// @param name of the way: "return" for a full turn
Report report_return(std::span<const Guess> guesses, const std::string& name);

}  // namespace rv::world_model
