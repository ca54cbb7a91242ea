#pragma once
/// CUDA itself, behind the interface of cuda_calls.h.

#include "interop/cuda_calls.h"

namespace rv::interop {

/// Stateless; may be used from any thread. @throws DeviceError in a build that has no CUDA.
CudaCalls& cuda_runtime_calls();

}  // namespace rv::interop
