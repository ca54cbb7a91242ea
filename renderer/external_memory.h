#pragma once
/// Vulkan memory and semaphores that another interface (CUDA) can open through a file descriptor.

#include "renderer/device.h"

namespace rv::renderer {

/// Owns a file descriptor.
class UniqueFd {
  public:
    UniqueFd() = default;
    explicit UniqueFd(int fd) : fd_(fd) {}
    ~UniqueFd();
    UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
    UniqueFd& operator=(UniqueFd&& other) noexcept;

    [[nodiscard]] int get() const { return fd_; }
    [[nodiscard]] bool valid() const { return fd_ >= 0; }
    /// Gives the descriptor away, to an interface that closes it itself.
    int release();

  private:
    int fd_ = -1;
};

/// A device-local buffer whose memory can be exported as an opaque descriptor.
class ExternalBuffer {
  public:
    /// @throws DeviceError when the device cannot export memory.
    ExternalBuffer(Device& device, VkDeviceSize size_bytes, VkBufferUsageFlags usage);
    ~ExternalBuffer();  ///< The GPU must be done with it.
    ExternalBuffer(ExternalBuffer&& other) noexcept;
    ExternalBuffer& operator=(ExternalBuffer&&) = delete;

    [[nodiscard]] VkBuffer handle() const { return buffer_; }
    /// Of the whole allocation, as the importer must name it.
    [[nodiscard]] VkDeviceSize allocation_bytes() const { return allocation_bytes_; }
    [[nodiscard]] UniqueFd export_fd() const;

  private:
    void allocate();
    void release() noexcept;

    Device& device_;
    VkBuffer buffer_ = VK_NULL_HANDLE;
    VkDeviceMemory memory_ = VK_NULL_HANDLE;
    VkDeviceSize allocation_bytes_ = 0;
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

  private:
    Device& device_;
    VkSemaphore semaphore_ = VK_NULL_HANDLE;
};

}  // namespace rv::renderer
