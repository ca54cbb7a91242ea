#include "renderer/external_memory.h"

#include <utility>

#include "engine/core/size_text.h"

namespace rv::renderer {
namespace {

constexpr auto kSemaphoreType = VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD_BIT;

void check_exports_semaphores(const Device& device) {
    if (!device.info().has_external_semaphore_fd)
        throw DeviceError(device.info().name +
                          " cannot share semaphores (VK_KHR_external_semaphore_fd is missing)");
}

UniqueFd export_semaphore(const Device& device, VkSemaphore semaphore) {
    const auto get = reinterpret_cast<PFN_vkGetSemaphoreFdKHR>(
        vkGetDeviceProcAddr(device.handle(), "vkGetSemaphoreFdKHR"));
    const VkSemaphoreGetFdInfoKHR info{.sType = VK_STRUCTURE_TYPE_SEMAPHORE_GET_FD_INFO_KHR,
                                       .semaphore = semaphore,
                                       .handleType = kSemaphoreType};
    int fd = -1;
    vk_check(get(device.handle(), &info, &fd), "vkGetSemaphoreFdKHR");
    return UniqueFd(fd);
}

}  // namespace

ExternalMemory::ExternalMemory(Device& device, const VkMemoryRequirements& requirements,
                               VkMemoryDedicatedAllocateInfo dedicated)
    : device_(&device), bytes_(requirements.size) {
    if (!device.info().has_external_memory_fd)
        throw DeviceError(device.info().name +
                          " cannot share its memory (VK_KHR_external_memory_fd is missing)");
    const int type =
        device.memory().find_type(requirements.memoryTypeBits, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT);
    if (type < 0) throw DeviceError(device.info().name + " has no memory to share");
    const VkExportMemoryAllocateInfo exported{.sType = VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO,
                                              .pNext = &dedicated,
                                              .handleTypes = kSharedMemoryType};
    const VkMemoryAllocateInfo info{.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
                                    .pNext = &exported,
                                    .allocationSize = bytes_,
                                    .memoryTypeIndex = static_cast<std::uint32_t>(type)};
    vk_check(vkAllocateMemory(device.handle(), &info, nullptr, &memory_),
             ("reserving " + size_text(bytes_) + " to share").c_str());
}

ExternalMemory::~ExternalMemory() {
    if (device_) vkFreeMemory(device_->handle(), memory_, nullptr);
}

ExternalMemory::ExternalMemory(ExternalMemory&& other) noexcept
    : device_(other.device_),
      memory_(std::exchange(other.memory_, VK_NULL_HANDLE)),
      bytes_(std::exchange(other.bytes_, 0)) {}

ExternalMemory& ExternalMemory::operator=(ExternalMemory&& other) noexcept {
    std::swap(device_, other.device_);
    std::swap(memory_, other.memory_);
    std::swap(bytes_, other.bytes_);
    return *this;
}

UniqueFd ExternalMemory::export_fd() const {
    const auto get =
        reinterpret_cast<PFN_vkGetMemoryFdKHR>(vkGetDeviceProcAddr(device_->handle(), "vkGetMemoryFdKHR"));
    const VkMemoryGetFdInfoKHR info{.sType = VK_STRUCTURE_TYPE_MEMORY_GET_FD_INFO_KHR,
                                    .memory = memory_,
                                    .handleType = kSharedMemoryType};
    int fd = -1;
    vk_check(get(device_->handle(), &info, &fd), "vkGetMemoryFdKHR");
    return UniqueFd(fd);
}

ExternalBuffer::ExternalBuffer(Device& device, VkDeviceSize size_bytes, VkBufferUsageFlags usage)
    : device_(device) {
    const VkExternalMemoryBufferCreateInfo external{
        .sType = VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_BUFFER_CREATE_INFO, .handleTypes = kSharedMemoryType};
    const VkBufferCreateInfo info{.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
                                  .pNext = &external,
                                  .size = size_bytes,
                                  .usage = usage,
                                  .sharingMode = VK_SHARING_MODE_EXCLUSIVE};
    vk_check(vkCreateBuffer(device.handle(), &info, nullptr, &buffer_), "vkCreateBuffer (external)");
    try {
        VkMemoryRequirements requirements;
        vkGetBufferMemoryRequirements(device.handle(), buffer_, &requirements);
        memory_ =
            ExternalMemory(device, requirements,
                           {.sType = VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO, .buffer = buffer_});
        vk_check(vkBindBufferMemory(device.handle(), buffer_, memory_.handle(), 0),
                 "vkBindBufferMemory (external)");
    } catch (...) {
        vkDestroyBuffer(device.handle(), buffer_, nullptr);
        throw;
    }
}

ExternalBuffer::ExternalBuffer(ExternalBuffer&& other) noexcept
    : device_(other.device_),
      buffer_(std::exchange(other.buffer_, VK_NULL_HANDLE)),
      memory_(std::move(other.memory_)) {}

ExternalBuffer::~ExternalBuffer() {
    vkDestroyBuffer(device_.handle(), buffer_, nullptr);
}

ExternalTimeline::ExternalTimeline(Device& device) : device_(device) {
    check_exports_semaphores(device);
    const VkSemaphoreTypeCreateInfo type{.sType = VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO,
                                         .semaphoreType = VK_SEMAPHORE_TYPE_TIMELINE};
    const VkExportSemaphoreCreateInfo exported{.sType = VK_STRUCTURE_TYPE_EXPORT_SEMAPHORE_CREATE_INFO,
                                               .pNext = &type,
                                               .handleTypes = kSemaphoreType};
    const VkSemaphoreCreateInfo info{.sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO, .pNext = &exported};
    vk_check(vkCreateSemaphore(device.handle(), &info, nullptr, &semaphore_), "vkCreateSemaphore (external)");
}

ExternalTimeline::~ExternalTimeline() {
    vkDestroySemaphore(device_.handle(), semaphore_, nullptr);
}

UniqueFd ExternalTimeline::export_fd() const {
    return export_semaphore(device_, semaphore_);
}

std::uint64_t ExternalTimeline::value() const {
    std::uint64_t value = 0;
    vk_check(vkGetSemaphoreCounterValue(device_.handle(), semaphore_, &value), "vkGetSemaphoreCounterValue");
    return value;
}

bool ExternalTimeline::wait(std::uint64_t value, std::chrono::nanoseconds timeout) const {
    const VkSemaphoreWaitInfo info{.sType = VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO,
                                   .semaphoreCount = 1,
                                   .pSemaphores = &semaphore_,
                                   .pValues = &value};
    const VkResult result =
        vkWaitSemaphores(device_.handle(), &info, static_cast<std::uint64_t>(timeout.count()));
    if (result == VK_TIMEOUT) return false;
    vk_check(result, "vkWaitSemaphores");
    return true;
}

UniqueFd export_timeline(const Device& device) {
    check_exports_semaphores(device);
    return export_semaphore(device, device.timeline());
}

}  // namespace rv::renderer
