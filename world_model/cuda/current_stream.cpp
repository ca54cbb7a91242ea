#include "world_model/cuda/current_stream.h"

#include <c10/core/Stream.h>
#include <c10/core/impl/VirtualGuardImpl.h>

namespace rv::world_model {

// By way of the guard that LibTorch registers for its devices, so that nothing has to link its CUDA part.
cudaStream_t current_stream(const c10::Device& device) {
    const c10::impl::VirtualGuardImpl guard(device.type());
    return static_cast<cudaStream_t>(guard.getStream(device).native_handle());
}

}  // namespace rv::world_model
