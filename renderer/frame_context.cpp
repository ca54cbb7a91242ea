#include "renderer/frame_context.h"

#include "engine/core/log.h"

namespace rv::renderer {

namespace {

template <typename Handle>
Handle as(std::uint64_t handle) {
    return reinterpret_cast<Handle>(handle);
}

void destroy(VkDevice device, const DeadHandle& dead) {
    switch (dead.type) {
        case VK_OBJECT_TYPE_BUFFER:
            return vkDestroyBuffer(device, as<VkBuffer>(dead.handle), nullptr);
        case VK_OBJECT_TYPE_IMAGE:
            return vkDestroyImage(device, as<VkImage>(dead.handle), nullptr);
        case VK_OBJECT_TYPE_IMAGE_VIEW:
            return vkDestroyImageView(device, as<VkImageView>(dead.handle), nullptr);
        case VK_OBJECT_TYPE_SAMPLER:
            return vkDestroySampler(device, as<VkSampler>(dead.handle), nullptr);
        case VK_OBJECT_TYPE_DEVICE_MEMORY:
            return vkFreeMemory(device, as<VkDeviceMemory>(dead.handle), nullptr);
        case VK_OBJECT_TYPE_SEMAPHORE:
            return vkDestroySemaphore(device, as<VkSemaphore>(dead.handle), nullptr);
        case VK_OBJECT_TYPE_PIPELINE:
            return vkDestroyPipeline(device, as<VkPipeline>(dead.handle), nullptr);
        case VK_OBJECT_TYPE_PIPELINE_LAYOUT:
            return vkDestroyPipelineLayout(device, as<VkPipelineLayout>(dead.handle), nullptr);
        case VK_OBJECT_TYPE_DESCRIPTOR_SET_LAYOUT:
            return vkDestroyDescriptorSetLayout(device, as<VkDescriptorSetLayout>(dead.handle), nullptr);
        case VK_OBJECT_TYPE_DESCRIPTOR_POOL:
            return vkDestroyDescriptorPool(device, as<VkDescriptorPool>(dead.handle), nullptr);
        case VK_OBJECT_TYPE_SWAPCHAIN_KHR:
            return vkDestroySwapchainKHR(device, as<VkSwapchainKHR>(dead.handle), nullptr);
        default:
            RV_ASSERT(false, "a kind of Vulkan object that FrameContext does not know how to destroy");
    }
}

}  // namespace

FrameContext::FrameContext(VkDevice device, Memory& memory, std::uint32_t queue_family)
    : device_(device), memory_(memory) {
    const VkCommandPoolCreateInfo info{.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
                                       .flags = VK_COMMAND_POOL_CREATE_TRANSIENT_BIT,
                                       .queueFamilyIndex = queue_family};
    vk_check(vkCreateCommandPool(device_, &info, nullptr, &pool_), "vkCreateCommandPool");
}

FrameContext::~FrameContext() {
    for (const DeadHandle& dead : dead_) destroy(device_, dead);
    for (const Allocation& allocation : allocations_) memory_.free(allocation);
    vkDestroyCommandPool(device_, pool_, nullptr);
}

VkCommandBuffer FrameContext::command_buffer() {
    if (used_command_buffers_ == command_buffers_.size()) {
        const VkCommandBufferAllocateInfo info{.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
                                               .commandPool = pool_,
                                               .level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
                                               .commandBufferCount = 1};
        VkCommandBuffer buffer = VK_NULL_HANDLE;
        vk_check(vkAllocateCommandBuffers(device_, &info, &buffer), "vkAllocateCommandBuffers");
        command_buffers_.push_back(buffer);
    }
    VkCommandBuffer buffer = command_buffers_[used_command_buffers_++];
    const VkCommandBufferBeginInfo begin{.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO,
                                         .flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT};
    vk_check(vkBeginCommandBuffer(buffer, &begin), "vkBeginCommandBuffer");
    return buffer;
}

void FrameContext::destroy_later(DeadHandle dead) {
    const std::lock_guard lock(mutex_);
    dead_.push_back(dead);
}

void FrameContext::free_later(const Allocation& allocation) {
    const std::lock_guard lock(mutex_);
    allocations_.push_back(allocation);
}

std::size_t FrameContext::waiting() const {
    const std::lock_guard lock(mutex_);
    return dead_.size() + allocations_.size();
}

void FrameContext::recycle() {
    {
        const std::lock_guard lock(mutex_);
        for (const DeadHandle& dead : dead_) destroy(device_, dead);
        for (const Allocation& allocation : allocations_) memory_.free(allocation);
        dead_.clear();
        allocations_.clear();
    }
    if (used_command_buffers_ > 0) vk_check(vkResetCommandPool(device_, pool_, 0), "vkResetCommandPool");
    used_command_buffers_ = 0;
}

}  // namespace rv::renderer
