#pragma once
/// A world of random weights, to measure with: how fast a size of model is does not depend on what it has
/// learned.

#include <cstdint>
#include <filesystem>

namespace rv::world_model {

struct RandomWorldOptions {
    int width = 640, height = 360;  ///< multiples of 8
    std::int64_t dim = 1152, depth = 32, heads = 18, mlp_ratio = 4, patch = 4;
    std::int64_t window = 32;  ///< frames that one frame sees
    int sampler_steps = 10;
    std::uint64_t seed = 1;
};

/// Writes the folder of a world with a transformer dynamics and a convolutional tokenizer.
/// @return the dynamics' parameters  @throws UsageError for sizes that make no network; FileError.
std::int64_t write_random_world(const std::filesystem::path& folder, const RandomWorldOptions& options);

}  // namespace rv::world_model
