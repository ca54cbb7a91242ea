#pragma once
/// The one way in which kernels of our own are launched.

#include <ATen/record_function.h>
#include <c10/core/DeviceGuard.h>

#include <string>

#include "world_model/cuda/cuda_check.h"
#include "world_model/cuda/current_stream.h"

namespace rv::world_model::cuda {

/// Calls `work` with LibTorch's stream of `device`. Whoever observes LibTorch's operations sees one of this
/// name.
/// @param name outlives the call  @throws DeviceError if a launch was refused
template <class Work>
void launch_on(const at::Device& device, const char* name, Work work) {
    const c10::DeviceGuard on_device(device);
    at::RecordFunction record(at::RecordScope::FUNCTION);
    if (record.isActive()) record.before(name, c10::ArrayRef<const c10::IValue>());
    work(current_stream(device));
    const cudaError_t result = cudaGetLastError();
    if (result != cudaSuccess) cuda_check(result, (std::string("launching ") + name).c_str());
}

}  // namespace rv::world_model::cuda
