#include "renderer/image.h"

#include <utility>

namespace rv::renderer {

namespace {

VkImageAspectFlags aspect_of(VkFormat format) {
    switch (format) {
        case VK_FORMAT_D16_UNORM:
        case VK_FORMAT_D32_SFLOAT:
        case VK_FORMAT_X8_D24_UNORM_PACK32:
            return VK_IMAGE_ASPECT_DEPTH_BIT;
        default:
            return VK_IMAGE_ASPECT_COLOR_BIT;
    }
}

}  // namespace

Image::Image(Device& device, const ImageCreateInfo& info) : device_(&device), info_(info) {
    RV_ASSERT(info.width > 0 && info.height > 0, "an image needs a size");
    const VkImageCreateInfo create{.sType = VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO,
                                   .imageType = VK_IMAGE_TYPE_2D,
                                   .format = info.format,
                                   .extent = {info.width, info.height, 1},
                                   .mipLevels = info.mip_levels,
                                   .arrayLayers = info.layers,
                                   .samples = info.samples,
                                   .tiling = VK_IMAGE_TILING_OPTIMAL,
                                   .usage = info.usage,
                                   .sharingMode = VK_SHARING_MODE_EXCLUSIVE};
    vk_check(vkCreateImage(device.handle(), &create, nullptr, &image_), "vkCreateImage");
    try {
        VkMemoryRequirements requirements;
        vkGetImageMemoryRequirements(device.handle(), image_, &requirements);
        allocation_ = device.memory().allocate(requirements, MemoryDomain::Device, false);
        vk_check(vkBindImageMemory(device.handle(), image_, allocation_.memory, allocation_.offset),
                 "vkBindImageMemory");
        const bool array = info.array_view || info.layers > 1;
        const VkImageViewCreateInfo view{
            .sType = VK_STRUCTURE_TYPE_IMAGE_VIEW_CREATE_INFO,
            .image = image_,
            .viewType = array ? VK_IMAGE_VIEW_TYPE_2D_ARRAY : VK_IMAGE_VIEW_TYPE_2D,
            .format = info.format,
            .subresourceRange = {aspect(), 0, VK_REMAINING_MIP_LEVELS, 0, VK_REMAINING_ARRAY_LAYERS}};
        vk_check(vkCreateImageView(device.handle(), &view, nullptr, &view_), "vkCreateImageView");
    } catch (...) {
        release();
        throw;
    }
}

Image::~Image() {
    release();
}

Image::Image(Image&& other) noexcept
    : device_(other.device_),
      info_(other.info_),
      image_(std::exchange(other.image_, VK_NULL_HANDLE)),
      view_(std::exchange(other.view_, VK_NULL_HANDLE)),
      allocation_(std::exchange(other.allocation_, {})) {}

Image& Image::operator=(Image&& other) noexcept {
    if (this != &other) {
        release();
        device_ = other.device_;
        info_ = other.info_;
        image_ = std::exchange(other.image_, VK_NULL_HANDLE);
        view_ = std::exchange(other.view_, VK_NULL_HANDLE);
        allocation_ = std::exchange(other.allocation_, {});
    }
    return *this;
}

void Image::release() noexcept {
    if (image_ == VK_NULL_HANDLE) return;
    device_->destroy_later(VK_OBJECT_TYPE_IMAGE_VIEW, view_);
    device_->destroy_later(VK_OBJECT_TYPE_IMAGE, image_);
    if (allocation_) device_->frame().free_later(allocation_);
    image_ = VK_NULL_HANDLE;
    view_ = VK_NULL_HANDLE;
    allocation_ = {};
}

VkImageAspectFlags Image::aspect() const {
    return aspect_of(info_.format);
}

VkImageMemoryBarrier2 image_barrier(VkImage image, VkImageAspectFlags aspect, const ImageUse& before,
                                    const ImageUse& after) {
    return {.sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER_2,
            .srcStageMask = before.stages,
            .srcAccessMask = before.access,
            .dstStageMask = after.stages,
            .dstAccessMask = after.access,
            .oldLayout = before.layout,
            .newLayout = after.layout,
            .srcQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED,
            .dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED,
            .image = image,
            .subresourceRange = {aspect, 0, VK_REMAINING_MIP_LEVELS, 0, VK_REMAINING_ARRAY_LAYERS}};
}

void pipeline_barrier(VkCommandBuffer commands, std::span<const VkImageMemoryBarrier2> images) {
    const VkDependencyInfo info{.sType = VK_STRUCTURE_TYPE_DEPENDENCY_INFO,
                                .imageMemoryBarrierCount = static_cast<std::uint32_t>(images.size()),
                                .pImageMemoryBarriers = images.data()};
    vkCmdPipelineBarrier2(commands, &info);
}

void transition(VkCommandBuffer commands, const Image& image, const ImageUse& before, const ImageUse& after) {
    const VkImageMemoryBarrier2 barrier = image_barrier(image.handle(), image.aspect(), before, after);
    pipeline_barrier(commands, {&barrier, 1});
}

void host_read_barrier(VkCommandBuffer commands) {
    const VkMemoryBarrier2 barrier{
        .sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER_2,
        .srcStageMask = VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT | VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT |
                        VK_PIPELINE_STAGE_2_FRAGMENT_SHADER_BIT,
        .srcAccessMask = VK_ACCESS_2_TRANSFER_WRITE_BIT | VK_ACCESS_2_SHADER_STORAGE_WRITE_BIT,
        .dstStageMask = VK_PIPELINE_STAGE_2_HOST_BIT,
        .dstAccessMask = VK_ACCESS_2_HOST_READ_BIT};
    const VkDependencyInfo info{
        .sType = VK_STRUCTURE_TYPE_DEPENDENCY_INFO, .memoryBarrierCount = 1, .pMemoryBarriers = &barrier};
    vkCmdPipelineBarrier2(commands, &info);
}

}  // namespace rv::renderer
