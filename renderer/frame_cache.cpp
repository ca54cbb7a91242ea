#include "renderer/frame_cache.h"

namespace rv::renderer {

FrameCache::FrameCache(Device& device, FramePass& pass, VkFormat format)
    : device_(device), pass_(pass), format_(format) {}

void FrameCache::redraw(VkCommandBuffer commands, const Key& key, std::span<const FrameSource> sources) {
    if (!image_ || key.extent.width != drawn_.extent.width || key.extent.height != drawn_.extent.height)
        image_ =
            Image(device_, {.width = key.extent.width,
                            .height = key.extent.height,
                            .format = format_,
                            .usage = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT});
    drawn_ = key;
    transition(commands, image_, use::kDiscard, use::kColorTarget);
    pass_.draw(commands, {image_.view(), key.extent}, sources, key.filter);
    transition(commands, image_, use::kColorTarget, use::kCopySource);
}

void FrameCache::copy_to(VkCommandBuffer commands, VkImage target, const ImageUse& before, const Key& key,
                         std::span<const FrameSource> sources) {
    const bool same = image_ && key.frame == drawn_.frame && key.filter == drawn_.filter &&
                      key.extent.width == drawn_.extent.width && key.extent.height == drawn_.extent.height;
    if (!same) redraw(commands, key, sources);

    const VkImageMemoryBarrier2 to_copy =
        image_barrier(target, VK_IMAGE_ASPECT_COLOR_BIT, before, use::kCopyTarget);
    pipeline_barrier(commands, {&to_copy, 1});
    const VkImageCopy region{.srcSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1},
                             .dstSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1},
                             .extent = {key.extent.width, key.extent.height, 1}};
    vkCmdCopyImage(commands, image_.handle(), VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, target,
                   VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, 1, &region);
    const VkImageMemoryBarrier2 to_target =
        image_barrier(target, VK_IMAGE_ASPECT_COLOR_BIT, use::kCopyTarget, use::kColorTarget);
    pipeline_barrier(commands, {&to_target, 1});
}

}  // namespace rv::renderer
