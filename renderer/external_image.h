#pragma once
/// A Vulkan image that another interface (CUDA) can write or read where it lies.

#include "renderer/external_memory.h"

namespace rv::renderer {

/// RGBA8, one level, optimally tiled, memory of its own. In VK_IMAGE_LAYOUT_GENERAL from the beginning and
/// for ever, since the other side knows no layouts.
class ExternalImage {
  public:
    static constexpr VkFormat kFormat = VK_FORMAT_R8G8B8A8_UNORM;

    /// Any thread; waits for the GPU once. @param usage what besides being written from outside.
    /// @throws DeviceError when the device cannot export such an image, or has not that much memory.
    ExternalImage(Device& device, VkExtent2D extent, VkImageUsageFlags usage);
    ~ExternalImage();  ///< The GPU must be done with it.
    ExternalImage(ExternalImage&& other) noexcept;
    ExternalImage& operator=(ExternalImage&&) = delete;

    [[nodiscard]] VkImage handle() const { return image_; }
    [[nodiscard]] VkImageView view() const { return view_; }
    [[nodiscard]] VkDeviceSize allocation_bytes() const { return memory_.bytes(); }
    [[nodiscard]] UniqueFd export_fd() const { return memory_.export_fd(); }

  private:
    void create(VkExtent2D extent, VkImageUsageFlags usage);
    void release() noexcept;

    Device& device_;
    VkImage image_ = VK_NULL_HANDLE;
    VkImageView view_ = VK_NULL_HANDLE;
    ExternalMemory memory_;
};

}  // namespace rv::renderer
