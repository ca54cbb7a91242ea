#pragma once
/// Vulkan itself and the one way in which its failures are told.

#include <vulkan/vulkan.h>

#include "engine/core/error.h"

namespace rv::renderer {

/// "VK_ERROR_DEVICE_LOST" and the like; unknown codes as their number.
std::string result_name(VkResult result);

/// @param what the call or the purpose: "vkCreateImage (depth)".
/// @throws DeviceError unless `result` is VK_SUCCESS. Codes expected in normal running are tested before
/// this.
void vk_check(VkResult result, const char* what);

}  // namespace rv::renderer
