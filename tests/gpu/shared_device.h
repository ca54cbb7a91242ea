#pragma once
/// The Vulkan device that is CUDA's GPU, for tests that share between the two.

#include "interop/gpu_match.h"
#include "renderer/device.h"

namespace rv::interop {

/// With validation on. Its selector is empty, and a test that shares fails, where Vulkan lacks CUDA's GPU.
inline renderer::DeviceOptions shared_device() {
    return {.selector = vulkan_selector_of_cuda_device(), .validation = renderer::Validation::On};
}

}  // namespace rv::interop
