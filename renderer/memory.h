#pragma once
/// Device memory in blocks: few vkAllocateMemory calls, first fit inside a block, large resources on their
/// own.

#include <cstdint>
#include <list>
#include <map>
#include <mutex>

#include "renderer/vulkan.h"

namespace rv::renderer {

/// Where a resource lives and who touches it.
enum class MemoryDomain {
    Device,    ///< the GPU only
    Upload,    ///< written by the host, read by the GPU; mapped
    Readback,  ///< written by the GPU, read by the host; mapped, cached where the device can
};

struct MemoryBlock;

/// A piece of a block. Plain handle: whoever holds it gives it back with Memory::free.
struct Allocation {
    VkDeviceMemory memory = VK_NULL_HANDLE;
    VkDeviceSize offset = 0;
    VkDeviceSize size = 0;
    void* mapped = nullptr;  ///< host address of the first byte, or null in MemoryDomain::Device
    MemoryBlock* block = nullptr;

    explicit operator bool() const { return memory != VK_NULL_HANDLE; }
};

/// Thread-safe.
class Memory {
  public:
    Memory(VkPhysicalDevice physical_device, VkDevice device);
    ~Memory();
    Memory(const Memory&) = delete;
    Memory& operator=(const Memory&) = delete;

    /// @param linear false for optimally tiled images, which never share a block with linear resources.
    /// @throws DeviceError when the device is out of memory.
    Allocation allocate(const VkMemoryRequirements& requirements, MemoryDomain domain, bool linear);
    void free(const Allocation& allocation);

    /// Index of a type allowed by `type_bits` that has `flags`, or -1.
    [[nodiscard]] int find_type(std::uint32_t type_bits, VkMemoryPropertyFlags flags) const;
    /// Taken from the device, whether in use or not.
    [[nodiscard]] VkDeviceSize reserved_bytes() const;
    /// Handed out and not yet given back.
    [[nodiscard]] VkDeviceSize used_bytes() const;

  private:
    [[nodiscard]] std::uint32_t choose_type(std::uint32_t type_bits, MemoryDomain domain) const;
    MemoryBlock& add_block(std::uint32_t type, bool linear, VkDeviceSize size);

    VkDevice device_;
    VkPhysicalDeviceMemoryProperties properties_{};
    mutable std::mutex mutex_;
    std::list<MemoryBlock> blocks_;
    VkDeviceSize used_ = 0;
};

/// A VkDeviceMemory and the free ranges in it.
struct MemoryBlock {
    VkDeviceMemory memory = VK_NULL_HANDLE;
    VkDeviceSize size = 0;
    std::uint32_t type = 0;
    bool linear = true;
    char* mapped = nullptr;
    std::map<VkDeviceSize, VkDeviceSize> free_ranges;  ///< offset to length, never adjacent
};

}  // namespace rv::renderer
