#pragma once
/// Which Vulkan device is CUDA's, and whether the two can share.

#include <string>
#include <vector>

#include "interop/sharing_path.h"

namespace rv::interop {

/// The suitable device with CUDA's UUID, as renderer::DeviceOptions::selector takes it; empty, with a warning
/// that names both sides, where the window has to be drawn by another.
std::string selector_of(const CudaDevice& cuda, const std::vector<renderer::DeviceInfo>& devices);
/// The same for CUDA's current device and this machine's.
/// @throws DeviceError without CUDA: no device, no driver, or a build without it.
std::string vulkan_selector_of_cuda_device();

/// How a model on CUDA's current device shares with this one. @throws DeviceError without CUDA.
SharingChoice sharing_with_cuda(const renderer::DeviceInfo& device);

}  // namespace rv::interop
