#pragma once
/// Which Vulkan device is CUDA's.

#include <string>

namespace rv::interop {

/// The UUID of CUDA's current device, as renderer::DeviceOptions::selector takes it.
/// @throws DeviceError without CUDA: no device, no driver, or a build without it.
std::string vulkan_selector_of_cuda_device();

}  // namespace rv::interop
