#include "world_model/cuda/cuda_check.h"

#include <string>

#include "engine/core/error.h"

namespace rv::world_model {
namespace {

const char* remedy_for(cudaError_t result) {
    switch (result) {
        case cudaErrorMemoryAllocation:
            return "close other programs that use the GPU, or choose a smaller world or size";
        case cudaErrorInsufficientDriver:
            return "install or update the NVIDIA driver (`reverie doctor` says which CUDA this build needs), "
                   "or "
                   "--device cpu";
        case cudaErrorDevicesUnavailable:
        case cudaErrorNoDevice:
            return "see whether another program holds the GPU, or --device cpu";
        default:
            return "reverie doctor says what this machine has; --device cpu does without CUDA";
    }
}

}  // namespace

void cuda_check(cudaError_t result, const char* what) {
    if (result == cudaSuccess) return;
    static_cast<void>(cudaGetLastError());  // sticky errors would be reported again by an innocent call
    throw DeviceError(std::string("CUDA failed while ") + what + ": " + cudaGetErrorString(result) + " (" +
                          cudaGetErrorName(result) + ")",
                      remedy_for(result));
}

}  // namespace rv::world_model
