#include "tests/interop/viewer.h"

namespace rv::interop {

using namespace renderer;

Viewer::Viewer(Device& device, int width, int height)
    : device_(device),
      pass_(device, VK_FORMAT_R8G8B8A8_UNORM),
      image_(device, {.width = static_cast<std::uint32_t>(width),
                      .height = static_cast<std::uint32_t>(height),
                      .usage = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT}),
      pixels_(device, {static_cast<VkDeviceSize>(width) * static_cast<VkDeviceSize>(height) * 4,
                       VK_BUFFER_USAGE_TRANSFER_DST_BIT, MemoryDomain::Readback}) {}

Viewer::Seen Viewer::look(SharedFrames& frames) {
    FrameContext& context = device_.begin_frame();
    Seen seen{frames.take(), {}};
    const VkCommandBuffer commands = context.command_buffer();
    transition(commands, image_, use::kDiscard, use::kColorTarget);
    std::span<const FrameSource> sources;
    std::span<const SemaphoreOperation> waits;
    if (seen.frame) sources = {&seen.frame->source, 1};
    if (seen.frame && seen.frame->ready.semaphore != VK_NULL_HANDLE) waits = {&seen.frame->ready, 1};
    pass_.draw(commands, {image_.view(), image_.extent()}, sources, FrameFilter::Nearest);
    read_back(commands);
    device_.wait(device_.submit(commands, waits));
    const auto bytes = pixels_.as<std::uint8_t>();
    seen.rgba.assign(bytes.begin(), bytes.end());
    return seen;
}

void Viewer::read_back(VkCommandBuffer commands) {
    transition(commands, image_, use::kColorTarget, use::kCopySource);
    const VkBufferImageCopy region{.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1},
                                   .imageExtent = {image_.extent().width, image_.extent().height, 1}};
    vkCmdCopyImageToBuffer(commands, image_.handle(), VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, pixels_.handle(),
                           1, &region);
    host_read_barrier(commands);
}

}  // namespace rv::interop
