#pragma once
/// Vulkan memory and semaphores that another interface (CUDA) can open through a file descriptor.

#include <chrono>

#include "renderer/device.h"
#include "renderer/unique_fd.h"

namespace rv::renderer {

/// The handle type of everything here.
inline constexpr auto kSharedMemoryType = VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT;

/// A dedicated device-local allocation whose descriptor can be exported.
class ExternalMemory {
  public:
    ExternalMemory() = default;
    /// @param dedicated names the one buffer or image it is for. @throws DeviceError, with the size.
    ExternalMemory(Device& device, const VkMemoryRequirements& requirements,
                   VkMemoryDedicatedAllocateInfo dedicated);
    ~ExternalMemory();
    ExternalMemory(ExternalMemory&& other) noexcept;
    ExternalMemory& operator=(ExternalMemory&& other) noexcept;

    [[nodiscard]] VkDeviceMemory handle() const { return memory_; }
    /// Of the whole allocation, as the importer must name it.
    [[nodiscard]] VkDeviceSize bytes() const { return bytes_; }
    /// Another descriptor each time. @throws DeviceError.
    [[nodiscard]] UniqueFd export_fd() const;

  private:
    Device* device_ = nullptr;
    VkDeviceMemory memory_ = VK_NULL_HANDLE;
    VkDeviceSize bytes_ = 0;
};

/// A device-local buffer whose memory can be exported as an opaque descriptor.
class ExternalBuffer {
  public:
    /// @throws DeviceError when the device cannot export memory, or has not that much.
    ExternalBuffer(Device& device, VkDeviceSize size_bytes, VkBufferUsageFlags usage);
    ~ExternalBuffer();  ///< The GPU must be done with it.
    ExternalBuffer(ExternalBuffer&& other) noexcept;
    ExternalBuffer& operator=(ExternalBuffer&&) = delete;

    [[nodiscard]] VkBuffer handle() const { return buffer_; }
    [[nodiscard]] VkDeviceSize allocation_bytes() const { return memory_.bytes(); }
    [[nodiscard]] UniqueFd export_fd() const { return memory_.export_fd(); }

  private:
    Device& device_;
    VkBuffer buffer_ = VK_NULL_HANDLE;
    ExternalMemory memory_;
};

/// A timeline semaphore that starts at 0 and can be exported as an opaque descriptor.
class ExternalTimeline {
  public:
    /// @throws DeviceError when the device cannot export semaphores.
    explicit ExternalTimeline(Device& device);
    ~ExternalTimeline();  ///< No submission may still wait for it.
    ExternalTimeline(const ExternalTimeline&) = delete;
    ExternalTimeline& operator=(const ExternalTimeline&) = delete;

    [[nodiscard]] VkSemaphore handle() const { return semaphore_; }
    [[nodiscard]] UniqueFd export_fd() const;
    /// What it has reached, whoever raised it. Any thread. @throws DeviceError when the device is lost.
    [[nodiscard]] std::uint64_t value() const;
    /// Waits on the host. @return false when the time was over first. @throws DeviceError.
    [[nodiscard]] bool wait(std::uint64_t value, std::chrono::nanoseconds timeout) const;

  private:
    Device& device_;
    VkSemaphore semaphore_ = VK_NULL_HANDLE;
};

/// A descriptor of the timeline that counts the device's submissions.
/// @throws DeviceError when the device cannot export semaphores.
UniqueFd export_timeline(const Device& device);

}  // namespace rv::renderer
