#include "world_model/cuda/cuda_geometry.h"

#include "world_model/cuda/current_stream.h"
#include "world_model/cuda/launched_geometry.h"

namespace rv::world_model {

std::unique_ptr<GeometryExecutor> create_cuda_geometry(const c10::Device& device) {
    return create_launched_geometry([device] { return current_stream(device); });
}

}  // namespace rv::world_model
