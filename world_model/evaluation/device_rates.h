#pragma once
/// What a device does at its best, to measure everything else against.

#include <torch/torch.h>

#include <functional>

namespace rv::world_model {

struct DeviceRates {
    double copy_gb_per_s = 0;  ///< of a large copy within its memory, bytes read and bytes written
    double tflop_per_s = 0;    ///< of a large matrix product
};

/// @param dtype of the matrix product's factors  @param rounds of each
DeviceRates measure_rates(const torch::Device& device, torch::ScalarType dtype, int rounds);

/// Milliseconds of one of `rounds` runs on the device, after one that does not count.
double time_of(const torch::Device& device, int rounds, const std::function<void()>& work);

}  // namespace rv::world_model
