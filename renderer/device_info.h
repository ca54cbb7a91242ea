#pragma once
/// What is known about a Vulkan device before it is used.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "renderer/vulkan.h"

namespace rv::renderer {

enum class DeviceType { Discrete, Integrated, Virtual, Cpu, Other };

struct DeviceInfo {
    int index = 0;  ///< position in Vulkan's own enumeration
    std::string name;
    DeviceType type = DeviceType::Other;
    std::string driver;                   ///< name and version as the driver says them
    std::uint32_t api_version = 0;        ///< VK_MAKE_API_VERSION coding
    std::array<std::uint8_t, 16> uuid{};  ///< equals cudaDeviceProp::uuid on NVIDIA
    bool has_swapchain = false;
    bool has_external_memory_host = false;
    std::uint64_t host_memory_alignment = 0;  ///< for imported pointers and sizes; 0 without the extension
    bool has_external_memory_fd = false;
    bool has_external_semaphore_fd = false;
    std::uint64_t memory_bytes = 0;  ///< sum of the device-local heaps
    /// Empty if Reverie can run on it, otherwise what it lacks.
    std::string unsuitable;

    [[nodiscard]] bool suitable() const { return unsuitable.empty(); }
    [[nodiscard]] std::string uuid_text() const;  ///< 32 hexadecimal digits
    [[nodiscard]] std::string api_version_text() const;
};

const char* device_type_name(DeviceType type);

/// Reads everything from a physical device.
DeviceInfo describe_device(VkPhysicalDevice physical_device, int index);

/// All physical devices, suitable or not; empty where there is no driver at all. Never throws for a missing
/// driver.
std::vector<DeviceInfo> list_devices();

/// The device to use: the best suitable one (discrete, then integrated, virtual, CPU), or the one that
/// `selector` names: an index, a UUID, or a part of the name in any letter case.
/// @throws DeviceError if none fits, listing those that exist.
const DeviceInfo& choose_device(const std::vector<DeviceInfo>& devices, const std::string& selector);

}  // namespace rv::renderer
