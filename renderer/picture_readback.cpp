#include "renderer/picture_readback.h"

#include "renderer/frame_pass.h"

namespace rv::renderer {
namespace {

// A render pass has left the image there: its own transition counts as a write too.
constexpr ImageUse kPresented{VK_IMAGE_LAYOUT_PRESENT_SRC_KHR, VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT,
                              VK_ACCESS_2_MEMORY_WRITE_BIT};

VkImageBlit blit_of(VkExtent2D from, VkRect2D to) {
    const auto right = static_cast<std::int32_t>(to.offset.x + static_cast<std::int32_t>(to.extent.width));
    const auto bottom = static_cast<std::int32_t>(to.offset.y + static_cast<std::int32_t>(to.extent.height));
    return {
        .srcSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1},
        .srcOffsets = {{0, 0, 0},
                       {static_cast<std::int32_t>(from.width), static_cast<std::int32_t>(from.height), 1}},
        .dstSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1},
        .dstOffsets = {{to.offset.x, to.offset.y, 0}, {right, bottom, 1}}};
}

}  // namespace

PictureReadback::PictureReadback(Device& device, VkExtent2D size)
    : device_(device),
      size_(size),
      scaled_(device, {.width = size.width,
                       .height = size.height,
                       .usage = VK_IMAGE_USAGE_TRANSFER_DST_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT |
                                VK_IMAGE_USAGE_SAMPLED_BIT}) {
    for (Slot& slot : slots_)
        slot.pixels = Buffer(device, {VkDeviceSize{size.width} * size.height * 4,
                                      VK_BUFFER_USAGE_TRANSFER_DST_BIT, MemoryDomain::Readback});
}

bool PictureReadback::capture(VkCommandBuffer commands, VkImage image, VkExtent2D extent, std::int64_t tag) {
    if (next_ - oldest_ == kBuffers) return false;
    Slot& slot = this->slot(next_++);
    slot.tag = tag;
    slot.done.reset();

    const bool same = extent.width == size_.width && extent.height == size_.height;
    const VkImageMemoryBarrier2 before[] = {
        image_barrier(image, VK_IMAGE_ASPECT_COLOR_BIT, kPresented, use::kCopySource),
        image_barrier(scaled_.handle(), VK_IMAGE_ASPECT_COLOR_BIT, use::kDiscard, use::kCopyTarget)};
    pipeline_barrier(commands, before);
    if (!same) {  // a margin may stay free
        const VkClearColorValue black{{0, 0, 0, 1}};
        const VkImageSubresourceRange all{VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
        vkCmdClearColorImage(commands, scaled_.handle(), VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, &black, 1,
                             &all);
        transition(commands, scaled_, use::kCopyTarget, use::kCopyTarget);
    }
    const VkImageBlit region =
        blit_of(extent, letterbox(static_cast<int>(extent.width), static_cast<int>(extent.height), size_));
    vkCmdBlitImage(commands, image, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, scaled_.handle(),
                   VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, 1, &region,
                   same ? VK_FILTER_NEAREST : VK_FILTER_LINEAR);
    const VkImageMemoryBarrier2 after[] = {
        image_barrier(image, VK_IMAGE_ASPECT_COLOR_BIT, use::kCopySource, use::kPresent),
        image_barrier(scaled_.handle(), VK_IMAGE_ASPECT_COLOR_BIT, use::kCopyTarget, use::kCopySource)};
    pipeline_barrier(commands, after);
    const VkBufferImageCopy whole{.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1},
                                  .imageExtent = {size_.width, size_.height, 1}};
    vkCmdCopyImageToBuffer(commands, scaled_.handle(), VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL,
                           slot.pixels.handle(), 1, &whole);
    host_read_barrier(commands);
    return true;
}

void PictureReadback::submitted(std::uint64_t done) {
    for (std::uint64_t number = oldest_; number < next_; ++number)
        if (!slot(number).done) slot(number).done = done;
}

std::optional<PictureReadback::Picture> PictureReadback::take() {
    if (idle()) return std::nullopt;
    const Slot& oldest = slot(oldest_);
    if (!oldest.done || device_.completed() < *oldest.done) return std::nullopt;
    ++oldest_;
    return Picture{oldest.pixels.as<std::uint8_t>(), oldest.tag};
}

void PictureReadback::wait() const {
    for (const Slot& slot : slots_)
        if (slot.done) device_.wait(*slot.done);
}

}  // namespace rv::renderer
