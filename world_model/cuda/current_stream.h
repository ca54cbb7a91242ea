#pragma once
/// The stream that LibTorch works on, for kernels of our own: what they launch there is in order with LibTorch's.

#include <c10/core/Device.h>
#include <cuda_runtime_api.h>

namespace rv::world_model {

/// LibTorch's current stream of the calling thread. @param device a CUDA device
[[nodiscard]] cudaStream_t current_stream(const c10::Device& device);

}  // namespace rv::world_model
