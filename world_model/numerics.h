#pragma once
/// Which device and number format a network runs in.

#include <torch/torch.h>

#include <string_view>

#include "world_model/world.h"

namespace rv::world_model {

/// @throws DeviceError with a remedy if CUDA is asked for and cannot be used.
torch::Device torch_device(DeviceKind kind);
/// "cpu" or "cuda". @throws UsageError.
DeviceKind device_kind(std::string_view name);
/// Model, cores and vector extensions, or the GPU's name.
std::string describe(const torch::Device& device);

/// bfloat16 where the device multiplies it natively, else float32.
torch::ScalarType fast_dtype(const torch::Device& device);
/// "bf16", "fp32" or "auto". @throws UsageError.
torch::ScalarType dtype_named(std::string_view name, const torch::Device& device);

/// Moves a network and lays its convolutions out channels_last, which both kinds of device prefer.
void prepare(torch::nn::Module& module, const torch::Device& device, torch::ScalarType dtype);

/// Threads of LibTorch's CPU kernels: `threads`, or one a core if 0.
void use_threads(int threads);

/// A generator whose draws depend on nothing but these two numbers. On the CPU whatever the model's device,
/// so that devices see the same noise.
torch::Generator generator_for(uint64_t seed, uint64_t step);

}  // namespace rv::world_model
