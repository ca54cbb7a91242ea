#include "renderer/vulkan.h"

#include <string>

namespace rv::renderer {

std::string result_name(VkResult result) {
    switch (result) {
#define RV_NAME(code) \
    case code:        \
        return #code
        RV_NAME(VK_SUCCESS);
        RV_NAME(VK_NOT_READY);
        RV_NAME(VK_TIMEOUT);
        RV_NAME(VK_INCOMPLETE);
        RV_NAME(VK_SUBOPTIMAL_KHR);
        RV_NAME(VK_ERROR_OUT_OF_HOST_MEMORY);
        RV_NAME(VK_ERROR_OUT_OF_DEVICE_MEMORY);
        RV_NAME(VK_ERROR_INITIALIZATION_FAILED);
        RV_NAME(VK_ERROR_DEVICE_LOST);
        RV_NAME(VK_ERROR_MEMORY_MAP_FAILED);
        RV_NAME(VK_ERROR_LAYER_NOT_PRESENT);
        RV_NAME(VK_ERROR_EXTENSION_NOT_PRESENT);
        RV_NAME(VK_ERROR_FEATURE_NOT_PRESENT);
        RV_NAME(VK_ERROR_INCOMPATIBLE_DRIVER);
        RV_NAME(VK_ERROR_TOO_MANY_OBJECTS);
        RV_NAME(VK_ERROR_FORMAT_NOT_SUPPORTED);
        RV_NAME(VK_ERROR_SURFACE_LOST_KHR);
        RV_NAME(VK_ERROR_NATIVE_WINDOW_IN_USE_KHR);
        RV_NAME(VK_ERROR_OUT_OF_DATE_KHR);
        RV_NAME(VK_ERROR_INVALID_EXTERNAL_HANDLE);
        RV_NAME(VK_ERROR_INVALID_SHADER_NV);
#undef RV_NAME
        default:
            return "VkResult " + std::to_string(static_cast<int>(result));
    }
}

namespace {

const char* remedy_for(VkResult result) {
    switch (result) {
        case VK_ERROR_OUT_OF_HOST_MEMORY:
        case VK_ERROR_OUT_OF_DEVICE_MEMORY:
            return "close other programs that use the graphics card or choose a smaller size";
        case VK_ERROR_DEVICE_LOST:
            return "start the program again; if it happens often, update the graphics driver";
        case VK_ERROR_INCOMPATIBLE_DRIVER:
            return "install a Vulkan 1.3 driver, for instance mesa-vulkan-drivers; `reverie doctor` lists "
                   "what is there";
        default:
            return "`reverie doctor` shows the Vulkan devices and what they support";
    }
}

}  // namespace

void vk_check(VkResult result, const char* what) {
    if (result != VK_SUCCESS) {
        throw DeviceError(std::string(what) + " failed with " + result_name(result), remedy_for(result));
    }
}

}  // namespace rv::renderer
