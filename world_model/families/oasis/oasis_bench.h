#pragma once
/// What keeping keys and values is worth: the time of a frame both ways, with the same random weights.

#include <filesystem>
#include <string>
#include <vector>

#include "world_model/families/oasis/config.h"
#include "world_model/world.h"

namespace rv::world_model::families::oasis {

struct OasisBenchOptions {
    std::string size = "full";  ///< "full": as published; "small": a hundredth of it
    OpenOptions open;
    int rounds = 3;  ///< in each, one recomputed frame and `cached_frames` others
    int cached_frames = 5;
    int steps = 0;                   ///< denoising steps; 0: as published
    std::string precision = "auto";  ///< see dtype_named()
    /// A folder with the files of write_random_weights() to load instead of making weights up; empty: none.
    std::filesystem::path weights;
};

struct OasisBenchResult {
    std::string size, device, precision;
    int threads = 0, window = 0, steps = 0, rounds = 0;
    long long parameters = 0;
    double load_s = 0;                       ///< building the networks, from the files or from random numbers
    double recompute_ms = 0, cached_ms = 0;  ///< of a frame, decoding included: medians
    double recompute_dynamics_ms = 0, cached_dynamics_ms = 0, decode_ms = 0;  ///< medians of the parts
    double ratio = 0;                                                         ///< recompute_ms / cached_ms
    double weights_mib = 0, cache_mib = 0;
    double cached_peak_mib = 0;  ///< most memory of the process until the recomputed frames began
    double peak_mib = 0;         ///< and of the whole run
};

/// "full" or "small". @throws UsageError.
OasisConfig config_of_size(const std::string& size);
OasisBenchResult bench_oasis(const OasisBenchOptions& options);
std::string to_json(const OasisBenchResult& result);

/// Writes dit.safetensors, vae.safetensors and config.json with random weights. @throws FileError.
void write_random_weights(const std::filesystem::path& folder, const std::string& size,
                          const std::string& precision);

}  // namespace rv::world_model::families::oasis
