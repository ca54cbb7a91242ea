#pragma once
/// Making a dataset with a simulator, for the command and for recipes.

#include <string>

#include "tools/collect_episode.h"

namespace rv::tools {

/// Evaluation uses the seeds from here on: a model must never have seen them.
inline constexpr std::uint64_t kFirstEvaluationSeed = 1'000'000;

struct CollectOptions {
    EpisodePlan plan;
    int episodes = 100;
    std::string out;
    std::uint64_t seed_start = 0;
    int processes = 2;
    double minutes = 0;  ///< above 0: after this time no further episode begins
    bool allow_evaluation_seeds = false;
};

/// Continues what is there. Forks: call before the process has threads or a Vulkan device.
/// @return the exit status: 0, or 130 after Ctrl-C. @throws Error
int collect(const CollectOptions& options);

}  // namespace rv::tools
