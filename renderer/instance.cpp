#include "renderer/instance.h"

#include <algorithm>
#include <cstring>

#include "engine/core/log.h"

namespace rv::renderer {

namespace {

constexpr const char* kValidationLayer = "VK_LAYER_KHRONOS_validation";

bool validation_layer_present() {
    std::uint32_t count = 0;
    vkEnumerateInstanceLayerProperties(&count, nullptr);
    std::vector<VkLayerProperties> layers(count);
    vkEnumerateInstanceLayerProperties(&count, layers.data());
    return std::ranges::any_of(layers,
                               [](const auto& l) { return std::strcmp(l.layerName, kValidationLayer) == 0; });
}

}  // namespace

VkBool32 Instance::on_message(VkDebugUtilsMessageSeverityFlagBitsEXT severity,
                              VkDebugUtilsMessageTypeFlagsEXT,
                              const VkDebugUtilsMessengerCallbackDataEXT* data, void* user) {
    static_cast<Instance*>(user)->messages_.fetch_add(1);
    if (severity & VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT) {
        log::error("Vulkan validation: {}", data->pMessage);
    } else {
        log::warn("Vulkan validation: {}", data->pMessage);
    }
    return VK_FALSE;
}

Instance::Instance(const InstanceOptions& options) {
    std::uint32_t version = 0;
    vk_check(vkEnumerateInstanceVersion(&version), "asking for the Vulkan version");
    if (version < VK_API_VERSION_1_3) {
        throw DeviceError("the Vulkan loader is older than 1.3", "install a newer libvulkan1");
    }
    const bool validate = options.validation && validation_layer_present();
    if (options.validation && !validate) {
        log::warn(
            "Vulkan validation was asked for, but its layer is not installed (vulkan-validationlayers)");
    }

    const VkApplicationInfo application{.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
                                        .pApplicationName = "Reverie",
                                        .pEngineName = "Reverie",
                                        .apiVersion = VK_API_VERSION_1_3};
    std::vector<const char*> extensions = options.extensions;
    if (validate) extensions.push_back(VK_EXT_DEBUG_UTILS_EXTENSION_NAME);

    // Warnings about drivers and layers found on the machine ("general") are not about what we do.
    const VkDebugUtilsMessengerCreateInfoEXT messenger_info{
        .sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT,
        .messageSeverity =
            VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT,
        .messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT,
        .pfnUserCallback = &Instance::on_message,
        .pUserData = this};
    const VkInstanceCreateInfo info{.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
                                    .pNext = validate ? &messenger_info : nullptr,
                                    .pApplicationInfo = &application,
                                    .enabledLayerCount = validate ? 1u : 0u,
                                    .ppEnabledLayerNames = &kValidationLayer,
                                    .enabledExtensionCount = static_cast<std::uint32_t>(extensions.size()),
                                    .ppEnabledExtensionNames = extensions.data()};
    vk_check(vkCreateInstance(&info, nullptr, &instance_), "vkCreateInstance");

    if (validate) {
        const auto create = reinterpret_cast<PFN_vkCreateDebugUtilsMessengerEXT>(
            vkGetInstanceProcAddr(instance_, "vkCreateDebugUtilsMessengerEXT"));
        vk_check(create(instance_, &messenger_info, nullptr, &messenger_), "vkCreateDebugUtilsMessengerEXT");
    }
}

Instance::~Instance() {
    if (messenger_ != VK_NULL_HANDLE) {
        const auto destroy = reinterpret_cast<PFN_vkDestroyDebugUtilsMessengerEXT>(
            vkGetInstanceProcAddr(instance_, "vkDestroyDebugUtilsMessengerEXT"));
        destroy(instance_, messenger_, nullptr);
    }
    vkDestroyInstance(instance_, nullptr);
}

std::vector<VkPhysicalDevice> Instance::physical_devices() const {
    std::uint32_t count = 0;
    vk_check(vkEnumeratePhysicalDevices(instance_, &count, nullptr), "vkEnumeratePhysicalDevices");
    std::vector<VkPhysicalDevice> devices(count);
    vk_check(vkEnumeratePhysicalDevices(instance_, &count, devices.data()), "vkEnumeratePhysicalDevices");
    return devices;
}

}  // namespace rv::renderer
