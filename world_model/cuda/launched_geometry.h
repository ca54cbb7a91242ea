#pragma once
/// The geometry of a step in kernels, without LibTorch.

#include <cuda_runtime_api.h>

#include <functional>

#include "world_model/condition/geometry_executor.h"

namespace rv::world_model {

/// Launches one kernel a stage; nothing else, so that a stream may be captured. @param stream asked before
/// each launch
std::unique_ptr<GeometryExecutor> create_launched_geometry(std::function<cudaStream_t()> stream);

}  // namespace rv::world_model
