#pragma once
/// How near each part of a world's step comes to what this machine can multiply.

#include <filesystem>
#include <string>
#include <vector>

#include "engine/app/generation.h"
#include "world_model/evaluation/kernel_profile.h"

namespace rv::app {

struct KernelBenchOptions {
    std::filesystem::path world;
    world_model::OpenOptions open;
    world_model::Start start;
    int sampler_steps = 0;   ///< 0: the world's default
    int rounds = 20;         ///< see KernelProfileOptions
    int frames_before = 60;  ///< walked first, so that the rollout has something to remember
};

struct KernelBenchResult {
    std::string world, device;
    int sampler_steps = 0;
    std::vector<world_model::KernelProfile> runs;  ///< with one thread, and with all that were asked for
};

/// @throws UsageError for another device than the CPU, Error.
KernelBenchResult bench_kernels(const KernelBenchOptions& options, const WorldOpener& open_world);

/// One JSON object.
std::string to_json(const KernelBenchResult& result);

}  // namespace rv::app
