#include <doctest/doctest.h>

#include "engine/core/error.h"
#include "renderer/buffer.h"
#include "renderer/external_image.h"
#include "renderer/image.h"

using namespace rv::renderer;

TEST_CASE(
    "[ExternalImage] can be used in its layout from the beginning, and exports a descriptor each time") {
    Device device({.validation = Validation::On});
    if (!device.info().has_external_memory_fd) return;
    constexpr VkExtent2D kSize{37, 11};
    ExternalImage made(
        device, kSize,
        VK_IMAGE_USAGE_STORAGE_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT);
    const ExternalImage image = std::move(made);
    CHECK(image.allocation_bytes() >= 37 * 11 * 4);
    const UniqueFd first = image.export_fd(), second = image.export_fd();
    CHECK(first.valid());
    CHECK(first.get() != second.get());

    const Buffer pixels(device, {37 * 11 * 4, VK_BUFFER_USAGE_TRANSFER_DST_BIT, MemoryDomain::Readback});
    device.run_now([&](VkCommandBuffer commands) {
        constexpr ImageUse kCopied{VK_IMAGE_LAYOUT_GENERAL, VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT,
                                   VK_ACCESS_2_TRANSFER_READ_BIT | VK_ACCESS_2_TRANSFER_WRITE_BIT};
        const VkClearColorValue colour{.float32 = {1, 0, 1, 1}};
        const VkImageSubresourceRange all{VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
        vkCmdClearColorImage(commands, image.handle(), VK_IMAGE_LAYOUT_GENERAL, &colour, 1, &all);
        const VkImageMemoryBarrier2 barrier =
            image_barrier(image.handle(), VK_IMAGE_ASPECT_COLOR_BIT, kCopied, kCopied);
        pipeline_barrier(commands, {&barrier, 1});
        const VkBufferImageCopy region{.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1},
                                       .imageExtent = {kSize.width, kSize.height, 1}};
        vkCmdCopyImageToBuffer(commands, image.handle(), VK_IMAGE_LAYOUT_GENERAL, pixels.handle(), 1,
                               &region);
        host_read_barrier(commands);
    });
    for (const std::uint32_t word : pixels.as<std::uint32_t>()) REQUIRE(word == 0xffff00ffu);
    CHECK(device.validation_messages() == 0);
}

TEST_CASE("[ExternalMemory] names the size that the device does not have") {
    Device device({.validation = Validation::Off});
    if (!device.info().has_external_memory_fd) return;
    const VkMemoryRequirements absurd{
        .size = VkDeviceSize{1} << 50, .alignment = 4096, .memoryTypeBits = ~0u};
    CHECK_THROWS_WITH_AS(
        ExternalMemory(device, absurd, {.sType = VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO}),
        doctest::Contains("1024.0 TiB"), rv::DeviceError);
}
