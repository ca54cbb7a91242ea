#pragma once
/// The ways in which a frame can get from the model to the window, and which of them two devices allow.

#include <string>

#include "interop/cuda_calls.h"
#include "renderer/device_info.h"

namespace rv::interop {

enum class SharingPath {
    ImportedHostMemory,  ///< the model writes host memory that Vulkan imported: no copy
    MappedStaging,       ///< the model writes Vulkan's own mapped memory
    CudaExternalMemory,  ///< a CUDA kernel writes Vulkan's device memory: the frame never visits the host
    CudaExternalImage,   ///< the same with an optimally tiled image
    PinnedStaging,       ///< from CUDA by way of page-locked host memory: the two cannot share
};
/// "imported host memory", "mapped staging", "CUDA external memory", "CUDA external image", "pinned staging".
const char* to_string(SharingPath path);

struct SharingChoice {
    SharingPath path = SharingPath::MappedStaging;
    /// Why it is not a better one, a sentence without a full stop; empty where there is none.
    std::string reason;
};

/// For a model on the processor.
SharingPath choose_sharing_path(const renderer::DeviceInfo& device);
/// For a model on `cuda`. Of the two that need no host the buffer is chosen: which is faster was not measured
/// on any GPU yet; `reverie bench interop` compares them.
SharingChoice choose_sharing_path(const renderer::DeviceInfo& device, const CudaDevice& cuda);

}  // namespace rv::interop
