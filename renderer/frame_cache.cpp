#include "renderer/frame_cache.h"

#include <algorithm>

namespace rv::renderer {

namespace {

// How much larger than the frame half of the window has to be.
constexpr double kWellBeyond = 1.5;

bool can_scale(const Device& device, VkFormat format) {
    constexpr VkFormatFeatureFlags kNeeded = VK_FORMAT_FEATURE_BLIT_SRC_BIT | VK_FORMAT_FEATURE_BLIT_DST_BIT |
                                             VK_FORMAT_FEATURE_SAMPLED_IMAGE_FILTER_LINEAR_BIT;
    VkFormatProperties properties{};
    vkGetPhysicalDeviceFormatProperties(device.physical_device(), format, &properties);
    return (properties.optimalTilingFeatures & kNeeded) == kNeeded;
}

bool same(VkExtent2D a, VkExtent2D b) {
    return a.width == b.width && a.height == b.height;
}

VkExtent2D half_of(VkExtent2D extent) {
    return {(extent.width + 1) / 2, (extent.height + 1) / 2};
}

VkOffset3D corner(VkExtent2D extent) {
    return {static_cast<std::int32_t>(extent.width), static_cast<std::int32_t>(extent.height), 1};
}

constexpr VkImageSubresourceLayers kColour{VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};

void scale(VkCommandBuffer commands, const Image& from, const Image& to) {
    const VkImageBlit region{.srcSubresource = kColour,
                             .srcOffsets = {{}, corner(from.extent())},
                             .dstSubresource = kColour,
                             .dstOffsets = {{}, corner(to.extent())}};
    vkCmdBlitImage(commands, from.handle(), VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, to.handle(),
                   VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, 1, &region, VK_FILTER_LINEAR);
}

}  // namespace

FrameCache::FrameCache(Device& device, FramePass& pass, VkFormat format)
    : device_(device), pass_(pass), format_(format), scales_(can_scale(device, format)) {}

bool FrameCache::halves(const Key& key, std::span<const FrameSource> sources) const {
    const VkExtent2D half = half_of(key.extent);
    return scales_ && key.filter == FrameFilter::EdgeAware && !sources.empty() &&
           std::ranges::all_of(
               sources, [&](const FrameSource& source) { return half.width >= kWellBeyond * source.width; });
}

void FrameCache::size(Image& image, VkExtent2D extent, VkImageUsageFlags usage) {
    if (image && same(image.extent(), extent)) return;
    image = Image(device_,
                  {.width = extent.width,
                   .height = extent.height,
                   .format = format_,
                   .usage = usage | VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT});
}

void FrameCache::redraw(VkCommandBuffer commands, const Key& key, std::span<const FrameSource> sources) {
    size(image_, key.extent, VK_IMAGE_USAGE_TRANSFER_DST_BIT);
    drawn_ = key;
    const bool halved = halves(key, sources);
    if (halved) size(half_, half_of(key.extent), 0);
    const Image& first = halved ? half_ : image_;
    transition(commands, first, use::kDiscard, use::kColorTarget);
    pass_.draw(commands, {first.view(), first.extent()}, sources, key.filter);
    transition(commands, first, use::kColorTarget, use::kCopySource);
    if (!halved) return;
    transition(commands, image_, use::kDiscard, use::kCopyTarget);
    scale(commands, half_, image_);
    transition(commands, image_, use::kCopyTarget, use::kCopySource);
}

void FrameCache::copy_to(VkCommandBuffer commands, VkImage target, const ImageUse& before, const Key& key,
                         std::span<const FrameSource> sources) {
    const bool unchanged =
        image_ && key.frame == drawn_.frame && key.filter == drawn_.filter && same(key.extent, drawn_.extent);
    if (!unchanged) redraw(commands, key, sources);

    const VkImageMemoryBarrier2 to_copy =
        image_barrier(target, VK_IMAGE_ASPECT_COLOR_BIT, before, use::kCopyTarget);
    pipeline_barrier(commands, {&to_copy, 1});
    const VkImageCopy region{.srcSubresource = kColour,
                             .dstSubresource = kColour,
                             .extent = {key.extent.width, key.extent.height, 1}};
    vkCmdCopyImage(commands, image_.handle(), VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, target,
                   VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, 1, &region);
    const VkImageMemoryBarrier2 to_target =
        image_barrier(target, VK_IMAGE_ASPECT_COLOR_BIT, use::kCopyTarget, use::kColorTarget);
    pipeline_barrier(commands, {&to_target, 1});
}

}  // namespace rv::renderer
