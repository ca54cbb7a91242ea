#include "renderer/buffer.h"

#include <cstring>
#include <utility>

namespace rv::renderer {

Buffer::Buffer(Device& device, const BufferCreateInfo& info) : device_(&device), size_(info.size_bytes) {
    RV_ASSERT(info.size_bytes > 0, "a buffer needs a size");
    const VkBufferCreateInfo create{.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
                                    .size = info.size_bytes,
                                    .usage = info.usage,
                                    .sharingMode = VK_SHARING_MODE_EXCLUSIVE};
    vk_check(vkCreateBuffer(device.handle(), &create, nullptr, &buffer_), "vkCreateBuffer");
    VkMemoryRequirements requirements;
    vkGetBufferMemoryRequirements(device.handle(), buffer_, &requirements);
    try {
        allocation_ = device.memory().allocate(requirements, info.domain, true);
        vk_check(vkBindBufferMemory(device.handle(), buffer_, allocation_.memory, allocation_.offset),
                 "vkBindBufferMemory");
    } catch (...) {
        release();
        throw;
    }
}

Buffer::~Buffer() {
    release();
}

Buffer::Buffer(Buffer&& other) noexcept
    : device_(other.device_),
      buffer_(std::exchange(other.buffer_, VK_NULL_HANDLE)),
      size_(std::exchange(other.size_, 0)),
      allocation_(std::exchange(other.allocation_, {})) {}

Buffer& Buffer::operator=(Buffer&& other) noexcept {
    if (this != &other) {
        release();
        device_ = other.device_;
        buffer_ = std::exchange(other.buffer_, VK_NULL_HANDLE);
        size_ = std::exchange(other.size_, 0);
        allocation_ = std::exchange(other.allocation_, {});
    }
    return *this;
}

void Buffer::release() noexcept {
    if (buffer_ == VK_NULL_HANDLE) return;
    device_->destroy_later(VK_OBJECT_TYPE_BUFFER, buffer_);
    if (allocation_) device_->frame().free_later(allocation_);
    buffer_ = VK_NULL_HANDLE;
    allocation_ = {};
}

std::span<std::byte> Buffer::bytes() const {
    RV_ASSERT(allocation_.mapped != nullptr, "only upload and readback buffers are mapped");
    return {static_cast<std::byte*>(allocation_.mapped), static_cast<std::size_t>(size_)};
}

Buffer create_filled_buffer(Device& device, std::span<const std::byte> contents, VkBufferUsageFlags usage) {
    Buffer buffer(device, {contents.size(), usage | VK_BUFFER_USAGE_TRANSFER_DST_BIT, MemoryDomain::Device});
    const Buffer staging(device, {contents.size(), VK_BUFFER_USAGE_TRANSFER_SRC_BIT, MemoryDomain::Upload});
    std::memcpy(staging.bytes().data(), contents.data(), contents.size());
    device.run_now([&](VkCommandBuffer commands) {
        const VkBufferCopy region{.size = contents.size()};
        vkCmdCopyBuffer(commands, staging.handle(), buffer.handle(), 1, &region);
    });
    return buffer;
}

}  // namespace rv::renderer
