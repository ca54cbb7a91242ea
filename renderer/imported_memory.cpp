#include "renderer/imported_memory.h"

#include <bit>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace rv::renderer {
namespace {

constexpr auto kHandleType = VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_ALLOCATION_BIT_EXT;

std::size_t round_up(std::size_t value, std::size_t alignment) {
    return (value + alignment - 1) / alignment * alignment;
}

// Types through which the driver would see this pointer.
std::uint32_t importable_types(const Device& device, void* host) {
    const auto get_properties = reinterpret_cast<PFN_vkGetMemoryHostPointerPropertiesEXT>(
        vkGetDeviceProcAddr(device.handle(), "vkGetMemoryHostPointerPropertiesEXT"));
    VkMemoryHostPointerPropertiesEXT properties{.sType =
                                                    VK_STRUCTURE_TYPE_MEMORY_HOST_POINTER_PROPERTIES_EXT};
    vk_check(get_properties(device.handle(), kHandleType, host, &properties),
             "vkGetMemoryHostPointerPropertiesEXT");
    return properties.memoryTypeBits;
}

}  // namespace

bool ImportedHostBuffer::supported(const Device& device) {
    return device.info().has_external_memory_host && device.info().host_memory_alignment > 0;
}

ImportedHostBuffer::ImportedHostBuffer(Device& device, std::size_t size_bytes, VkBufferUsageFlags usage)
    : device_(device), size_(size_bytes) {
    RV_ASSERT(size_bytes > 0 && supported(device),
              "importing host memory needs a size and a device that can");
    const auto alignment = static_cast<std::size_t>(device.info().host_memory_alignment);
    RV_ASSERT(std::has_single_bit(alignment), "the import alignment is a power of two");
    const std::size_t allocation = round_up(size_bytes, alignment);
    host_ = std::aligned_alloc(alignment, allocation);
    if (!host_) throw DeviceError("the machine is out of memory for shared frames");
    std::memset(host_, 0, allocation);
    try {
        import(allocation, usage);
    } catch (...) {
        release();
        throw;
    }
}

void ImportedHostBuffer::import(std::size_t allocation_bytes, VkBufferUsageFlags usage) {
    const VkExternalMemoryBufferCreateInfo external{
        .sType = VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_BUFFER_CREATE_INFO, .handleTypes = kHandleType};
    const VkBufferCreateInfo create{.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
                                    .pNext = &external,
                                    .size = size_,
                                    .usage = usage,
                                    .sharingMode = VK_SHARING_MODE_EXCLUSIVE};
    vk_check(vkCreateBuffer(device_.handle(), &create, nullptr, &buffer_), "vkCreateBuffer (imported)");
    VkMemoryRequirements requirements;
    vkGetBufferMemoryRequirements(device_.handle(), buffer_, &requirements);
    const int type = device_.memory().find_type(
        requirements.memoryTypeBits & importable_types(device_, host_), VK_MEMORY_PROPERTY_HOST_COHERENT_BIT);
    if (type < 0 || requirements.size > allocation_bytes)
        throw DeviceError(device_.info().name + " cannot read host memory as a buffer");

    const VkImportMemoryHostPointerInfoEXT pointer{
        .sType = VK_STRUCTURE_TYPE_IMPORT_MEMORY_HOST_POINTER_INFO_EXT,
        .handleType = kHandleType,
        .pHostPointer = host_};
    const VkMemoryAllocateInfo allocate{.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
                                        .pNext = &pointer,
                                        .allocationSize = allocation_bytes,
                                        .memoryTypeIndex = static_cast<std::uint32_t>(type)};
    vk_check(vkAllocateMemory(device_.handle(), &allocate, nullptr, &memory_), "importing host memory");
    vk_check(vkBindBufferMemory(device_.handle(), buffer_, memory_, 0), "vkBindBufferMemory (imported)");
}

ImportedHostBuffer::ImportedHostBuffer(ImportedHostBuffer&& other) noexcept
    : device_(other.device_),
      host_(std::exchange(other.host_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      buffer_(std::exchange(other.buffer_, VK_NULL_HANDLE)),
      memory_(std::exchange(other.memory_, VK_NULL_HANDLE)) {}

ImportedHostBuffer::~ImportedHostBuffer() {
    release();
}

// At once and not through the frame context, because the host memory must outlive the import.
void ImportedHostBuffer::release() noexcept {
    vkDestroyBuffer(device_.handle(), buffer_, nullptr);
    vkFreeMemory(device_.handle(), memory_, nullptr);
    std::free(host_);
}

}  // namespace rv::renderer
