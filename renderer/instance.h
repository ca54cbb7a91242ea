#pragma once
/// The Vulkan instance, with validation layers whose messages are logged and counted.

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "renderer/vulkan.h"

namespace rv::renderer {

struct InstanceOptions {
    bool validation = false;
    std::vector<const char*> extensions;  ///< what the window system needs to make a surface
};

class Instance {
  public:
    /// @throws DeviceError without a Vulkan 1.3 loader, or if an extension is missing. Missing validation
    /// layers only
    ///         cause a warning in the log.
    explicit Instance(const InstanceOptions& options);
    ~Instance();
    Instance(const Instance&) = delete;
    Instance& operator=(const Instance&) = delete;

    [[nodiscard]] VkInstance handle() const { return instance_; }
    [[nodiscard]] std::vector<VkPhysicalDevice> physical_devices() const;
    [[nodiscard]] bool validation_active() const { return messenger_ != VK_NULL_HANDLE; }
    /// Warnings and errors that the layers have reported so far.
    [[nodiscard]] std::uint64_t validation_messages() const { return messages_.load(); }

  private:
    static VKAPI_ATTR VkBool32 VKAPI_CALL on_message(VkDebugUtilsMessageSeverityFlagBitsEXT severity,
                                                     VkDebugUtilsMessageTypeFlagsEXT types,
                                                     const VkDebugUtilsMessengerCallbackDataEXT* data,
                                                     void* user);

    VkInstance instance_ = VK_NULL_HANDLE;
    VkDebugUtilsMessengerEXT messenger_ = VK_NULL_HANDLE;
    std::atomic<std::uint64_t> messages_{0};
};

}  // namespace rv::renderer
