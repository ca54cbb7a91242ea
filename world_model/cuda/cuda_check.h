#pragma once
/// The one way in which CUDA's failures are told.

#include <cuda_runtime_api.h>

namespace rv::world_model {

/// @param what the purpose: "importing the window's memory". @throws DeviceError unless `result` is
/// cudaSuccess.
void cuda_check(cudaError_t result, const char* what);

}  // namespace rv::world_model
