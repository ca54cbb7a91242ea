#pragma once
/// How fast a world plays on this machine, measured without a window.

#include <filesystem>
#include <optional>
#include <string>

#include "engine/app/generation.h"

namespace rv::app {

struct BenchOptions {
    std::filesystem::path world;
    world_model::OpenOptions open;
    world_model::Start start;
    int sampler_steps = 0;  ///< 0: the world's default
    double seconds = 20;    ///< measured, after a short warm-up
};

struct BenchResult {
    std::string world, device;
    int threads = 0;
    double seconds = 0;
    std::uint64_t generated_frames = 0;
    double generated_fps = 0;
    std::optional<double> shown_fps;  ///< empty: nothing was drawn
    double step_ms_p50 = 0, step_ms_p99 = 0;
    double input_to_present_ms_p50 = 0, input_to_present_ms_p99 = 0;
    double rss_mib = 0;
};

/// A walk that keeps changing, so that no cache and no standing still flatters the figures.
Action varying_input(double seconds);

/// Generates as fast as possible on a generation thread while this thread sends varying input 60 times a
/// second. Input to present ends when the frame that obeys the input lies finished in host memory. @throws
/// Error.
BenchResult bench_headless(const BenchOptions& options, const WorldOpener& open_world);

}  // namespace rv::app
