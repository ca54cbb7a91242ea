#include "renderer/device_info.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstring>

#include "renderer/instance.h"

namespace rv::renderer {

namespace {

DeviceType type_of(VkPhysicalDeviceType type) {
    switch (type) {
        case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU:
            return DeviceType::Discrete;
        case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU:
            return DeviceType::Integrated;
        case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU:
            return DeviceType::Virtual;
        case VK_PHYSICAL_DEVICE_TYPE_CPU:
            return DeviceType::Cpu;
        default:
            return DeviceType::Other;
    }
}

std::vector<VkExtensionProperties> extensions_of(VkPhysicalDevice device) {
    std::uint32_t count = 0;
    vk_check(vkEnumerateDeviceExtensionProperties(device, nullptr, &count, nullptr),
             "listing device extensions");
    std::vector<VkExtensionProperties> extensions(count);
    vk_check(vkEnumerateDeviceExtensionProperties(device, nullptr, &count, extensions.data()),
             "listing device extensions");
    return extensions;
}

bool contains(const std::vector<VkExtensionProperties>& extensions, const char* name) {
    return std::ranges::any_of(extensions,
                               [&](const auto& e) { return std::strcmp(e.extensionName, name) == 0; });
}

std::string missing_features(VkPhysicalDevice device, std::uint32_t api_version,
                             const std::vector<VkExtensionProperties>& extensions) {
    if (api_version < VK_API_VERSION_1_3) return "Vulkan 1.3";
    if (!contains(extensions, VK_KHR_PUSH_DESCRIPTOR_EXTENSION_NAME))
        return VK_KHR_PUSH_DESCRIPTOR_EXTENSION_NAME;
    VkPhysicalDeviceVulkan13Features v13{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES};
    VkPhysicalDeviceVulkan12Features v12{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES, &v13};
    VkPhysicalDeviceFeatures2 features{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2, &v12};
    vkGetPhysicalDeviceFeatures2(device, &features);
    if (!v13.dynamicRendering) return "dynamic rendering";
    if (!v13.maintenance4) return "maintenance4";
    if (!v13.synchronization2) return "synchronization2";
    if (!v12.timelineSemaphore) return "timeline semaphores";
    if (!features.features.independentBlend) return "independent blending";
    return {};
}

bool exports_timelines(VkPhysicalDevice device) {
    const VkSemaphoreTypeCreateInfo timeline{.sType = VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO,
                                             .semaphoreType = VK_SEMAPHORE_TYPE_TIMELINE};
    const VkPhysicalDeviceExternalSemaphoreInfo info{
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_SEMAPHORE_INFO,
        .pNext = &timeline,
        .handleType = VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD_BIT};
    VkExternalSemaphoreProperties properties{.sType = VK_STRUCTURE_TYPE_EXTERNAL_SEMAPHORE_PROPERTIES};
    vkGetPhysicalDeviceExternalSemaphoreProperties(device, &info, &properties);
    return (properties.externalSemaphoreFeatures & VK_EXTERNAL_SEMAPHORE_FEATURE_EXPORTABLE_BIT) != 0;
}

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

int rank(DeviceType type) {
    switch (type) {
        case DeviceType::Discrete:
            return 0;
        case DeviceType::Integrated:
            return 1;
        case DeviceType::Virtual:
            return 2;
        case DeviceType::Cpu:
            return 3;
        default:
            return 4;
    }
}

bool matches(const DeviceInfo& device, const std::string& selector) {
    if (std::ranges::all_of(selector, [](unsigned char c) { return std::isdigit(c); }) &&
        selector.size() < 4) {
        return device.index == std::stoi(selector);
    }
    std::string hex = lower(selector);
    std::erase(hex, '-');
    return hex == device.uuid_text() || lower(device.name).find(lower(selector)) != std::string::npos;
}

}  // namespace

std::string DeviceInfo::uuid_text() const {
    std::string text;
    for (const std::uint8_t byte : uuid) {
        char digits[3];
        std::snprintf(digits, sizeof digits, "%02x", byte);
        text += digits;
    }
    return text;
}

std::string DeviceInfo::api_version_text() const {
    return std::to_string(VK_API_VERSION_MAJOR(api_version)) + "." +
           std::to_string(VK_API_VERSION_MINOR(api_version)) + "." +
           std::to_string(VK_API_VERSION_PATCH(api_version));
}

const char* device_type_name(DeviceType type) {
    switch (type) {
        case DeviceType::Discrete:
            return "discrete GPU";
        case DeviceType::Integrated:
            return "integrated GPU";
        case DeviceType::Virtual:
            return "virtual GPU";
        case DeviceType::Cpu:
            return "CPU";
        default:
            return "other";
    }
}

DeviceInfo describe_device(VkPhysicalDevice physical_device, int index) {
    const auto extensions = extensions_of(physical_device);
    const bool host_memory = contains(extensions, VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME);

    VkPhysicalDeviceExternalMemoryHostPropertiesEXT host{
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_MEMORY_HOST_PROPERTIES_EXT};
    VkPhysicalDeviceDriverProperties driver{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES,
                                            host_memory ? &host : nullptr};
    VkPhysicalDeviceIDProperties id{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_ID_PROPERTIES, &driver};
    VkPhysicalDeviceProperties2 properties{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, &id};
    vkGetPhysicalDeviceProperties2(physical_device, &properties);

    DeviceInfo info;
    info.index = index;
    info.name = properties.properties.deviceName;
    info.type = type_of(properties.properties.deviceType);
    info.driver = std::string(driver.driverName) + " " + driver.driverInfo;
    info.api_version = properties.properties.apiVersion;
    std::copy(std::begin(id.deviceUUID), std::end(id.deviceUUID), info.uuid.begin());
    info.has_swapchain = contains(extensions, VK_KHR_SWAPCHAIN_EXTENSION_NAME);
    info.has_external_memory_host = host_memory;
    info.host_memory_alignment = host_memory ? host.minImportedHostPointerAlignment : 0;
    info.has_external_memory_fd = contains(extensions, VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME);
    info.has_external_semaphore_fd = contains(extensions, VK_KHR_EXTERNAL_SEMAPHORE_FD_EXTENSION_NAME) &&
                                     exports_timelines(physical_device);

    VkPhysicalDeviceMemoryProperties memory;
    vkGetPhysicalDeviceMemoryProperties(physical_device, &memory);
    for (std::uint32_t i = 0; i < memory.memoryHeapCount; ++i) {
        if (memory.memoryHeaps[i].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT) {
            info.memory_bytes += memory.memoryHeaps[i].size;
        }
    }
    info.unsuitable = missing_features(physical_device, info.api_version, extensions);
    return info;
}

std::vector<DeviceInfo> list_devices() {
    std::vector<DeviceInfo> devices;
    try {
        const Instance instance({});
        for (VkPhysicalDevice device : instance.physical_devices()) {
            devices.push_back(describe_device(device, static_cast<int>(devices.size())));
        }
    } catch (const DeviceError&) {
        return {};  // no loader or no driver: an empty list says it
    }
    return devices;
}

const DeviceInfo& choose_device(const std::vector<DeviceInfo>& devices, const std::string& selector) {
    const DeviceInfo* best = nullptr;
    std::string seen;
    for (const DeviceInfo& device : devices) {
        seen += (seen.empty() ? "" : ", ") + std::to_string(device.index) + " " + device.name;
        if (!device.suitable()) seen += " (lacks " + device.unsuitable + ")";
        if (!device.suitable() || (!selector.empty() && !matches(device, selector))) continue;
        if (best == nullptr || rank(device.type) < rank(best->type)) best = &device;
    }
    if (best != nullptr) return *best;
    if (devices.empty()) {
        throw DeviceError("no Vulkan device was found",
                          "install a driver; mesa-vulkan-drivers brings one that needs no graphics card");
    }
    if (selector.empty()) {
        throw DeviceError("no Vulkan device is good enough: " + seen, "update the driver to Vulkan 1.3");
    }
    throw DeviceError("no usable Vulkan device matches '" + selector + "'", "there are: " + seen);
}

}  // namespace rv::renderer
