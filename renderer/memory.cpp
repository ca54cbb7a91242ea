#include "renderer/memory.h"

#include <algorithm>

#include "engine/core/size_text.h"

namespace rv::renderer {

namespace {

constexpr VkDeviceSize kBlockBytes = 16u << 20;

VkDeviceSize align_up(VkDeviceSize value, VkDeviceSize alignment) {
    return (value + alignment - 1) / alignment * alignment;
}

/// First fit; returns false if no range of the block is long enough.
bool take(MemoryBlock& block, VkDeviceSize size, VkDeviceSize alignment, Allocation& result) {
    for (auto range = block.free_ranges.begin(); range != block.free_ranges.end(); ++range) {
        const auto [begin, length] = *range;
        const VkDeviceSize offset = align_up(begin, alignment);
        if (offset + size > begin + length) continue;
        block.free_ranges.erase(range);
        if (offset > begin) block.free_ranges[begin] = offset - begin;
        if (offset + size < begin + length) block.free_ranges[offset + size] = begin + length - offset - size;
        result = {block.memory, offset, size, block.mapped ? block.mapped + offset : nullptr, &block};
        return true;
    }
    return false;
}

void put_back(MemoryBlock& block, VkDeviceSize offset, VkDeviceSize size) {
    auto next = block.free_ranges.lower_bound(offset);
    if (next != block.free_ranges.end() && offset + size == next->first) {
        size += next->second;
        next = block.free_ranges.erase(next);
    }
    if (next != block.free_ranges.begin()) {
        const auto previous = std::prev(next);
        if (previous->first + previous->second == offset) {
            previous->second += size;
            return;
        }
    }
    block.free_ranges[offset] = size;
}

}  // namespace

Memory::Memory(VkPhysicalDevice physical_device, VkDevice device) : device_(device) {
    vkGetPhysicalDeviceMemoryProperties(physical_device, &properties_);
}

Memory::~Memory() {
    for (const MemoryBlock& block : blocks_) vkFreeMemory(device_, block.memory, nullptr);
}

int Memory::find_type(std::uint32_t type_bits, VkMemoryPropertyFlags flags) const {
    for (std::uint32_t i = 0; i < properties_.memoryTypeCount; ++i) {
        if ((type_bits & (1u << i)) && (properties_.memoryTypes[i].propertyFlags & flags) == flags) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

std::uint32_t Memory::choose_type(std::uint32_t type_bits, MemoryDomain domain) const {
    constexpr VkMemoryPropertyFlags kHost =
        VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
    VkMemoryPropertyFlags wanted = VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT, needed = 0;
    if (domain == MemoryDomain::Upload) wanted = needed = kHost;
    if (domain == MemoryDomain::Readback) wanted = kHost | VK_MEMORY_PROPERTY_HOST_CACHED_BIT, needed = kHost;
    int type = find_type(type_bits, wanted);
    if (type < 0) type = find_type(type_bits, needed);
    if (type < 0) throw DeviceError("the device has no memory of a needed kind");
    return static_cast<std::uint32_t>(type);
}

MemoryBlock& Memory::add_block(std::uint32_t type, bool linear, VkDeviceSize size) {
    MemoryBlock block{.size = size, .type = type, .linear = linear, .free_ranges = {{0, size}}};
    const VkMemoryAllocateInfo info{
        .sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO, .allocationSize = size, .memoryTypeIndex = type};
    vk_check(vkAllocateMemory(device_, &info, nullptr, &block.memory),
             ("reserving " + size_text(size) + " of the device's memory").c_str());
    if (properties_.memoryTypes[type].propertyFlags & VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT) {
        void* mapped = nullptr;
        const VkResult result = vkMapMemory(device_, block.memory, 0, VK_WHOLE_SIZE, 0, &mapped);
        if (result != VK_SUCCESS) vkFreeMemory(device_, block.memory, nullptr);
        vk_check(result, "vkMapMemory");
        block.mapped = static_cast<char*>(mapped);
    }
    return blocks_.emplace_back(std::move(block));
}

Allocation Memory::allocate(const VkMemoryRequirements& requirements, MemoryDomain domain, bool linear) {
    const std::uint32_t type = choose_type(requirements.memoryTypeBits, domain);
    const std::lock_guard lock(mutex_);
    Allocation result;
    const bool own_block = requirements.size > kBlockBytes / 2;
    if (!own_block) {
        for (MemoryBlock& block : blocks_) {
            if (block.type != type || block.linear != linear) continue;
            if (take(block, requirements.size, requirements.alignment, result)) break;
        }
    }
    if (!result) {
        MemoryBlock& block = add_block(type, linear, own_block ? requirements.size : kBlockBytes);
        take(block, requirements.size, requirements.alignment, result);
    }
    if (domain == MemoryDomain::Device) result.mapped = nullptr;
    used_ += result.size;
    return result;
}

void Memory::free(const Allocation& allocation) {
    if (!allocation) return;
    const std::lock_guard lock(mutex_);
    used_ -= allocation.size;
    MemoryBlock& block = *allocation.block;
    put_back(block, allocation.offset, allocation.size);
    // An empty block of the usual size is kept for the next resource; odd ones go back at once.
    if (block.size != kBlockBytes && block.free_ranges.begin()->second == block.size) {
        vkFreeMemory(device_, block.memory, nullptr);
        blocks_.remove_if([&](const MemoryBlock& b) { return &b == &block; });
    }
}

VkDeviceSize Memory::reserved_bytes() const {
    const std::lock_guard lock(mutex_);
    VkDeviceSize sum = 0;
    for (const MemoryBlock& block : blocks_) sum += block.size;
    return sum;
}

VkDeviceSize Memory::used_bytes() const {
    const std::lock_guard lock(mutex_);
    return used_;
}

}  // namespace rv::renderer
