#pragma once
/// Host memory that the GPU reads and writes where it lies (VK_EXT_external_memory_host).

#include <cstddef>
#include <memory>
#include <span>

#include "renderer/device.h"

namespace rv::renderer {

/// A page-aligned host allocation seen by Vulkan as a buffer. Owns both. Host writes made before a submission
/// are visible to it: the memory is coherent.
class ImportedHostBuffer {
  public:
    /// Whether the device can import host memory at all.
    static bool supported(const Device& device);

    /// @throws DeviceError when the driver refuses this allocation.
    ImportedHostBuffer(Device& device, std::size_t size_bytes, VkBufferUsageFlags usage);
    ~ImportedHostBuffer();  ///< The GPU must be done with it.
    ImportedHostBuffer(ImportedHostBuffer&& other) noexcept;
    ImportedHostBuffer& operator=(ImportedHostBuffer&&) = delete;

    [[nodiscard]] VkBuffer handle() const { return buffer_; }
    [[nodiscard]] std::span<std::byte> bytes() const { return {static_cast<std::byte*>(host_), size_}; }

  private:
    void import(std::size_t allocation_bytes, VkBufferUsageFlags usage);
    void release() noexcept;

    Device& device_;
    void* host_ = nullptr;
    std::size_t size_ = 0;
    VkBuffer buffer_ = VK_NULL_HANDLE;
    VkDeviceMemory memory_ = VK_NULL_HANDLE;
};

}  // namespace rv::renderer
