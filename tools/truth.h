#pragma once
/// Episodes of a real simulator, to compare generated frames with.

#include <string>
#include <vector>

#include "world_model/evaluation/prediction.h"

namespace rv::tools {

struct TruthPlan {
    std::string environment = "village";
    int width = 128, height = 72;
    std::uint64_t seed_start = 2'000'000;  ///< training uses seeds below 1,000,000
    int episodes = 8;
    int frames = 120;  ///< an episode
};

/// Played by the simulator's own agent, drawn by the renderer; shows progress on standard error.
std::vector<world_model::Clip> play_truth(const TruthPlan& plan);

}  // namespace rv::tools
