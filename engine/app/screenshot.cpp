#include "engine/app/screenshot.h"

#include "engine/asset/image.h"
#include "renderer/buffer.h"
#include "renderer/image.h"

namespace rv::app {

void save_screenshot(renderer::Device& device, renderer::FramePass& pass, const renderer::FrameSource& source,
                     renderer::FrameFilter filter, VkExtent2D window_extent,
                     const std::filesystem::path& file) {
    using namespace renderer;
    const VkExtent2D extent = letterbox(source.width, source.height, window_extent).extent;
    const Image image(device,
                      {.width = extent.width,
                       .height = extent.height,
                       .usage = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT});
    const Buffer pixels(device, {VkDeviceSize{extent.width} * extent.height * 4,
                                 VK_BUFFER_USAGE_TRANSFER_DST_BIT, MemoryDomain::Readback});
    device.run_now([&](VkCommandBuffer commands) {
        transition(commands, image, use::kDiscard, use::kColorTarget);
        pass.draw(commands, {image.view(), extent}, {&source, 1}, filter);
        transition(commands, image, use::kColorTarget, use::kCopySource);
        const VkBufferImageCopy region{.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1},
                                       .imageExtent = {extent.width, extent.height, 1}};
        vkCmdCopyImageToBuffer(commands, image.handle(), VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL,
                               pixels.handle(), 1, &region);
        host_read_barrier(commands);
    });
    asset::save_png(file, {pixels.as<std::uint8_t>().data(), static_cast<int>(extent.width),
                           static_cast<int>(extent.height), std::size_t{extent.width} * 4});
}

}  // namespace rv::app
