#pragma once
/// The geometry of a step in kernels.

#include "world_model/condition/geometry_executor.h"

namespace rv::world_model {

/// @param device a CUDA device, the calling thread's current one whenever the executor is used
std::unique_ptr<GeometryExecutor> create_cuda_geometry(const c10::Device& device);

}  // namespace rv::world_model
