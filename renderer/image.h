#pragma once
/// A two-dimensional image (or array of such) with its memory and a view of all of it. Move-only; dies
/// through the frame context.

#include <cstdint>

#include "renderer/device.h"

namespace rv::renderer {

struct ImageCreateInfo {
    std::uint32_t width = 0, height = 0;
    VkFormat format = VK_FORMAT_R8G8B8A8_UNORM;
    VkImageUsageFlags usage = 0;
    std::uint32_t layers = 1;
    std::uint32_t mip_levels = 1;
    VkSampleCountFlagBits samples = VK_SAMPLE_COUNT_1_BIT;
    bool array_view = false;  ///< the view is a 2D array even with one layer
};

class Image {
  public:
    Image() = default;
    Image(Device& device, const ImageCreateInfo& info);
    ~Image();
    Image(Image&& other) noexcept;
    Image& operator=(Image&& other) noexcept;

    [[nodiscard]] VkImage handle() const { return image_; }
    [[nodiscard]] VkImageView view() const { return view_; }
    [[nodiscard]] VkFormat format() const { return info_.format; }
    [[nodiscard]] VkExtent2D extent() const { return {info_.width, info_.height}; }
    [[nodiscard]] std::uint32_t layers() const { return info_.layers; }
    [[nodiscard]] std::uint32_t mip_levels() const { return info_.mip_levels; }
    [[nodiscard]] VkImageAspectFlags aspect() const;
    explicit operator bool() const { return image_ != VK_NULL_HANDLE; }

  private:
    void release() noexcept;

    Device* device_ = nullptr;
    ImageCreateInfo info_;
    VkImage image_ = VK_NULL_HANDLE;
    VkImageView view_ = VK_NULL_HANDLE;
    Allocation allocation_;
};

/// One side of a barrier.
struct ImageUse {
    VkImageLayout layout = VK_IMAGE_LAYOUT_UNDEFINED;
    VkPipelineStageFlags2 stages = VK_PIPELINE_STAGE_2_NONE;
    VkAccessFlags2 access = VK_ACCESS_2_NONE;
};

namespace use {
/// Contents may be dropped; also orders after whatever touched the image before.
inline constexpr ImageUse kDiscard{VK_IMAGE_LAYOUT_UNDEFINED, VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT,
                                   VK_ACCESS_2_MEMORY_WRITE_BIT};
inline constexpr ImageUse kColorTarget{
    VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL, VK_PIPELINE_STAGE_2_COLOR_ATTACHMENT_OUTPUT_BIT,
    VK_ACCESS_2_COLOR_ATTACHMENT_WRITE_BIT | VK_ACCESS_2_COLOR_ATTACHMENT_READ_BIT};
inline constexpr ImageUse kDepthTarget{
    VK_IMAGE_LAYOUT_DEPTH_ATTACHMENT_OPTIMAL,
    VK_PIPELINE_STAGE_2_EARLY_FRAGMENT_TESTS_BIT | VK_PIPELINE_STAGE_2_LATE_FRAGMENT_TESTS_BIT,
    VK_ACCESS_2_DEPTH_STENCIL_ATTACHMENT_READ_BIT | VK_ACCESS_2_DEPTH_STENCIL_ATTACHMENT_WRITE_BIT};
inline constexpr ImageUse kSampled{
    VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL,
    VK_PIPELINE_STAGE_2_FRAGMENT_SHADER_BIT | VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT,
    VK_ACCESS_2_SHADER_SAMPLED_READ_BIT};
inline constexpr ImageUse kStorage{
    VK_IMAGE_LAYOUT_GENERAL, VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT,
    VK_ACCESS_2_SHADER_STORAGE_READ_BIT | VK_ACCESS_2_SHADER_STORAGE_WRITE_BIT};
inline constexpr ImageUse kCopySource{VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL,
                                      VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT, VK_ACCESS_2_TRANSFER_READ_BIT};
inline constexpr ImageUse kCopyTarget{VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL,
                                      VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT, VK_ACCESS_2_TRANSFER_WRITE_BIT};
inline constexpr ImageUse kPresent{VK_IMAGE_LAYOUT_PRESENT_SRC_KHR, VK_PIPELINE_STAGE_2_NONE,
                                   VK_ACCESS_2_NONE};
}  // namespace use

/// Barrier description for the whole image; collect several and give them to pipeline_barrier at once.
VkImageMemoryBarrier2 image_barrier(VkImage image, VkImageAspectFlags aspect, const ImageUse& before,
                                    const ImageUse& after);
void pipeline_barrier(VkCommandBuffer commands, std::span<const VkImageMemoryBarrier2> images);
/// One image, one barrier.
void transition(VkCommandBuffer commands, const Image& image, const ImageUse& before, const ImageUse& after);
/// Makes what was written by earlier transfers and shaders visible to the host after the submission is waited
/// for.
void host_read_barrier(VkCommandBuffer commands);

}  // namespace rv::renderer
