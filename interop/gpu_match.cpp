#include "interop/gpu_match.h"

#include "engine/core/log.h"
#include "interop/cuda_runtime_calls.h"

namespace rv::interop {

std::string selector_of(const CudaDevice& cuda, const std::vector<renderer::DeviceInfo>& devices) {
    std::string others;
    for (const renderer::DeviceInfo& device : devices) {
        if (!device.suitable()) continue;
        if (device.uuid == cuda.uuid) return device.uuid_text();
        others += (others.empty() ? "" : ", ") + device.name;
    }
    log::warn(
        "the model runs on {}, which cannot draw with Vulkan here; the window is drawn by another of: {}",
        cuda.name, others.empty() ? "none" : others);
    return {};
}

std::string vulkan_selector_of_cuda_device() {
    return selector_of(cuda_runtime_calls().current_device(), renderer::list_devices());
}

SharingChoice sharing_with_cuda(const renderer::DeviceInfo& device) {
    return choose_sharing_path(device, cuda_runtime_calls().current_device());
}

}  // namespace rv::interop
