#pragma once
/// A buffer with its memory. Move-only; dies through the frame context.

#include <cstdint>
#include <span>

#include "renderer/device.h"

namespace rv::renderer {

struct BufferCreateInfo {
    VkDeviceSize size_bytes = 0;
    VkBufferUsageFlags usage = 0;
    MemoryDomain domain = MemoryDomain::Device;
};

class Buffer {
  public:
    Buffer() = default;
    Buffer(Device& device, const BufferCreateInfo& info);
    ~Buffer();
    Buffer(Buffer&& other) noexcept;
    Buffer& operator=(Buffer&& other) noexcept;

    [[nodiscard]] VkBuffer handle() const { return buffer_; }
    [[nodiscard]] VkDeviceSize size_bytes() const { return size_; }
    explicit operator bool() const { return buffer_ != VK_NULL_HANDLE; }

    /// Mapped contents; only in MemoryDomain::Upload and Readback.
    [[nodiscard]] std::span<std::byte> bytes() const;
    template <typename T>
    [[nodiscard]] std::span<T> as() const {
        const auto raw = bytes();
        return {reinterpret_cast<T*>(raw.data()), raw.size() / sizeof(T)};
    }

  private:
    void release() noexcept;

    Device* device_ = nullptr;
    VkBuffer buffer_ = VK_NULL_HANDLE;
    VkDeviceSize size_ = 0;
    Allocation allocation_;
};

/// A device-local buffer with these contents. Copies through a staging buffer and waits: for loading.
Buffer create_filled_buffer(Device& device, std::span<const std::byte> contents, VkBufferUsageFlags usage);

}  // namespace rv::renderer
