#include "world_model/cuda/cuda_check.h"

#include <string>

#include "engine/core/error.h"

namespace rv::world_model {

void cuda_check(cudaError_t result, const char* what) {
    if (result == cudaSuccess) return;
    static_cast<void>(cudaGetLastError());  // sticky errors would be reported again by an innocent call
    throw DeviceError(std::string("CUDA failed while ") + what + ": " + cudaGetErrorString(result) + " (" +
                          cudaGetErrorName(result) + ")",
                      "reverie doctor says what this machine has; --device cpu does without CUDA");
}

}  // namespace rv::world_model
