#include "renderer/external_memory.h"

#include <unistd.h>

#include <utility>

namespace rv::renderer {
namespace {

constexpr auto kMemoryType = VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT;
constexpr auto kSemaphoreType = VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD_BIT;

}  // namespace

UniqueFd::~UniqueFd() {
    if (fd_ >= 0) close(fd_);
}

UniqueFd& UniqueFd::operator=(UniqueFd&& other) noexcept {
    if (this != &other) {
        if (fd_ >= 0) close(fd_);
        fd_ = other.release();
    }
    return *this;
}

int UniqueFd::release() {
    return std::exchange(fd_, -1);
}

ExternalBuffer::ExternalBuffer(Device& device, VkDeviceSize size_bytes, VkBufferUsageFlags usage)
    : device_(device) {
    if (!device.info().has_external_memory_fd)
        throw DeviceError(device.info().name +
                          " cannot share its memory (VK_KHR_external_memory_fd is missing)");
    const VkExternalMemoryBufferCreateInfo external{
        .sType = VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_BUFFER_CREATE_INFO, .handleTypes = kMemoryType};
    const VkBufferCreateInfo info{.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
                                  .pNext = &external,
                                  .size = size_bytes,
                                  .usage = usage,
                                  .sharingMode = VK_SHARING_MODE_EXCLUSIVE};
    vk_check(vkCreateBuffer(device.handle(), &info, nullptr, &buffer_), "vkCreateBuffer (external)");
    try {
        allocate();
    } catch (...) {
        release();
        throw;
    }
}

void ExternalBuffer::allocate() {
    VkMemoryRequirements requirements;
    vkGetBufferMemoryRequirements(device_.handle(), buffer_, &requirements);
    const int type =
        device_.memory().find_type(requirements.memoryTypeBits, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT);
    if (type < 0) throw DeviceError(device_.info().name + " has no memory to share");
    allocation_bytes_ = requirements.size;
    const VkMemoryDedicatedAllocateInfo dedicated{.sType = VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO,
                                                  .buffer = buffer_};
    const VkExportMemoryAllocateInfo exported{.sType = VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO,
                                              .pNext = &dedicated,
                                              .handleTypes = kMemoryType};
    const VkMemoryAllocateInfo info{.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
                                    .pNext = &exported,
                                    .allocationSize = allocation_bytes_,
                                    .memoryTypeIndex = static_cast<std::uint32_t>(type)};
    vk_check(vkAllocateMemory(device_.handle(), &info, nullptr, &memory_), "vkAllocateMemory (external)");
    vk_check(vkBindBufferMemory(device_.handle(), buffer_, memory_, 0), "vkBindBufferMemory (external)");
}

ExternalBuffer::ExternalBuffer(ExternalBuffer&& other) noexcept
    : device_(other.device_),
      buffer_(std::exchange(other.buffer_, VK_NULL_HANDLE)),
      memory_(std::exchange(other.memory_, VK_NULL_HANDLE)),
      allocation_bytes_(std::exchange(other.allocation_bytes_, 0)) {}

ExternalBuffer::~ExternalBuffer() {
    release();
}

void ExternalBuffer::release() noexcept {
    vkDestroyBuffer(device_.handle(), buffer_, nullptr);
    vkFreeMemory(device_.handle(), memory_, nullptr);
}

UniqueFd ExternalBuffer::export_fd() const {
    const auto get =
        reinterpret_cast<PFN_vkGetMemoryFdKHR>(vkGetDeviceProcAddr(device_.handle(), "vkGetMemoryFdKHR"));
    const VkMemoryGetFdInfoKHR info{
        .sType = VK_STRUCTURE_TYPE_MEMORY_GET_FD_INFO_KHR, .memory = memory_, .handleType = kMemoryType};
    int fd = -1;
    vk_check(get(device_.handle(), &info, &fd), "vkGetMemoryFdKHR");
    return UniqueFd(fd);
}

ExternalTimeline::ExternalTimeline(Device& device) : device_(device) {
    if (!device.info().has_external_semaphore_fd)
        throw DeviceError(device.info().name +
                          " cannot share semaphores (VK_KHR_external_semaphore_fd is missing)");
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
    const auto get = reinterpret_cast<PFN_vkGetSemaphoreFdKHR>(
        vkGetDeviceProcAddr(device_.handle(), "vkGetSemaphoreFdKHR"));
    const VkSemaphoreGetFdInfoKHR info{.sType = VK_STRUCTURE_TYPE_SEMAPHORE_GET_FD_INFO_KHR,
                                       .semaphore = semaphore_,
                                       .handleType = kSemaphoreType};
    int fd = -1;
    vk_check(get(device_.handle(), &info, &fd), "vkGetSemaphoreFdKHR");
    return UniqueFd(fd);
}

}  // namespace rv::renderer
