#include "interop/sharing_path.h"

namespace rv::interop {

const char* to_string(SharingPath path) {
    switch (path) {
        case SharingPath::ImportedHostMemory:
            return "imported host memory";
        case SharingPath::MappedStaging:
            return "mapped staging";
        case SharingPath::CudaExternalMemory:
            return "CUDA external memory";
        case SharingPath::CudaExternalImage:
            return "CUDA external image";
        case SharingPath::PinnedStaging:
            return "pinned staging";
    }
    return "unknown";
}

SharingPath choose_sharing_path(const renderer::DeviceInfo& device) {
    return device.has_external_memory_host && device.host_memory_alignment > 0
               ? SharingPath::ImportedHostMemory
               : SharingPath::MappedStaging;
}

SharingChoice choose_sharing_path(const renderer::DeviceInfo& device, const CudaDevice& cuda) {
    if (device.uuid != cuda.uuid)
        return {SharingPath::PinnedStaging, "the model runs on " + cuda.name + ", but " + device.name +
                                                " draws the window: frames can only be shared on one GPU"};
    if (!device.has_external_memory_fd)
        return {SharingPath::PinnedStaging,
                device.name + " cannot share its memory (VK_KHR_external_memory_fd is missing)"};
    if (!device.has_external_semaphore_fd)
        return {SharingPath::PinnedStaging,
                device.name + " cannot share semaphores (VK_KHR_external_semaphore_fd is missing)"};
    return {SharingPath::CudaExternalMemory, ""};
}

}  // namespace rv::interop
