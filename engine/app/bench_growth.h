#pragma once
/// Whether a frame late in a rollout costs what an early one does: in time, in memory, and in the size of the
/// saved state.

#include <filesystem>
#include <string>
#include <vector>

#include "engine/app/generation.h"

namespace rv::app {

struct GrowthOptions {
    std::filesystem::path world;
    world_model::OpenOptions open;
    world_model::Start start;  ///< its seed is also the walk's
    int sampler_steps = 0;     ///< 0: the world's default
    int frames = 10'000;       ///< at least kLeastFrames
    int early = 100;           ///< the frame that the last one is compared with, before half of `frames`
    int pairs = 60;            ///< steps of each in the comparison
    bool show_progress = true;

    static constexpr int kLeastFrames = 30;
};

/// A stretch of the rollout: frames `first` to `last`.
struct GrowthWindow {
    int first = 0, last = 0;
    double step_ms_p50 = 0, step_ms_p99 = 0;
};

/// A tenth of it, and what the process and the saved rollout took at its end.
struct GrowthTenth {
    GrowthWindow window;
    double rss_mib = 0;
    std::uint64_t state_bytes = 0;
};

/// The rollout as it was after the early frame and after the last one, stepped on in turns with the same
/// input. What else the machine does meets both alike, so this tells what the windows cannot.
struct GrowthComparison {
    int pairs = 0;
    double early_ms_p50 = 0, late_ms_p50 = 0;
    double ratio = 0;                      ///< of these medians: late by early
    double ratio_low = 0, ratio_high = 0;  ///< 95 % of what other draws of the same pairs would give
    double pair_ratio_p25 = 0, pair_ratio_p50 = 0, pair_ratio_p75 = 0;  ///< late by early, pair for pair
};

/// The late window by the early one; memory and state after the last tenth by those after the first.
struct GrowthRatios {
    double step_ms_p50 = 0, step_ms_p99 = 0, rss = 0, state_bytes = 0;
};

struct GrowthResult {
    std::string world, device;
    int threads = 0, sampler_steps = 0, frames = 0, early_frame = 0;
    double seconds = 0;
    GrowthWindow early, late;
    std::vector<GrowthTenth> tenths;
    std::uint64_t early_state_bytes = 0;
    GrowthRatios ratios;
    GrowthComparison comparison;
};

/// Late by early, of times that were measured in pairs. @param seed of the redrawing
GrowthComparison compare_growth(const std::vector<double>& early_ms, const std::vector<double>& late_ms,
                                std::uint64_t seed = 1);

/// Walks through a world, and measures each step until its frame lies in host memory. @throws Error.
GrowthResult bench_growth(const GrowthOptions& options, const WorldOpener& open_world);

/// One JSON object.
std::string to_json(const GrowthResult& result);

}  // namespace rv::app
