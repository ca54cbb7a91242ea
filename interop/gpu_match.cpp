#include "interop/gpu_match.h"

#include "engine/core/error.h"
#ifdef REVERIE_CUDA_INTEROP
#include "renderer/device_info.h"
#include "world_model/cuda/cuda_check.h"
#endif

namespace rv::interop {

#ifdef REVERIE_CUDA_INTEROP

std::string vulkan_selector_of_cuda_device() {
    int current = 0;
    world_model::cuda_check(cudaGetDevice(&current), "looking for a device");
    cudaDeviceProp properties{};
    world_model::cuda_check(cudaGetDeviceProperties(&properties, current), "reading the device's properties");
    renderer::DeviceInfo info;
    std::copy(std::begin(properties.uuid.bytes), std::end(properties.uuid.bytes), info.uuid.begin());
    return info.uuid_text();
}

#else

std::string vulkan_selector_of_cuda_device() {
    throw DeviceError("this build has no CUDA", "build it where nvcc is installed, or --device cpu");
}

#endif

}  // namespace rv::interop
