#pragma once
/// What training a world's dynamics costs on a device, on random data: how much of what the device can
/// multiply the network gets ("model FLOP utilisation", Chowdhery et al. 2022, Sec. 4.1). Free of LibTorch.

#include <cstdint>
#include <filesystem>
#include <string>

#include "world_model/world.h"

namespace rv::world_model {

struct TrainingProfileOptions {
    OpenOptions open;
    std::int64_t batch = 64;  ///< frames a step
    int steps = 20;           ///< timed, after a few that are not
};

struct TrainingProfile {
    std::string kind, device, precision;
    std::int64_t parameters = 0, batch = 0;
    double step_ms = 0;      ///< loss, gradients and optimizer, p50
    double model_gflop = 0;  ///< a step: three times what the loss multiplies (once forward, twice backward)
    double tflop_per_s = 0;  ///< the two, divided
    double device_tflop_per_s = 0;  ///< of a large matrix product in the same precision, in the same run
    double utilisation = 0;         ///< of that
};

/// Trains a fresh network of the configuration that the world's dynamics has. @throws FileError, DeviceError,
/// UsageError for a world without a dynamics that can be trained.
TrainingProfile profile_training(const std::filesystem::path& folder, const TrainingProfileOptions& options);

}  // namespace rv::world_model
