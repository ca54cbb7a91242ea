#include "renderer/external_image.h"

#include <utility>

#include "renderer/image.h"

namespace rv::renderer {
namespace {

constexpr ImageUse kShared{VK_IMAGE_LAYOUT_GENERAL, VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT,
                           VK_ACCESS_2_MEMORY_READ_BIT | VK_ACCESS_2_MEMORY_WRITE_BIT};

void check_exportable(const Device& device, VkImageUsageFlags usage) {
    const VkPhysicalDeviceExternalImageFormatInfo external{
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_IMAGE_FORMAT_INFO,
        .handleType = kSharedMemoryType};
    const VkPhysicalDeviceImageFormatInfo2 info{
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_IMAGE_FORMAT_INFO_2,
        .pNext = &external,
        .format = ExternalImage::kFormat,
        .type = VK_IMAGE_TYPE_2D,
        .tiling = VK_IMAGE_TILING_OPTIMAL,
        .usage = usage};
    VkExternalImageFormatProperties exported{.sType = VK_STRUCTURE_TYPE_EXTERNAL_IMAGE_FORMAT_PROPERTIES};
    VkImageFormatProperties2 properties{.sType = VK_STRUCTURE_TYPE_IMAGE_FORMAT_PROPERTIES_2,
                                        .pNext = &exported};
    const VkResult result =
        vkGetPhysicalDeviceImageFormatProperties2(device.physical_device(), &info, &properties);
    const bool exports = (exported.externalMemoryProperties.externalMemoryFeatures &
                          VK_EXTERNAL_MEMORY_FEATURE_EXPORTABLE_BIT) != 0;
    if (result != VK_SUCCESS || !exports) throw DeviceError(device.info().name + " cannot share its images");
}

/// One command buffer on any thread, with a pool and a fence of its own: frame contexts belong to the thread
/// that draws.
class OneTimeCommands {
  public:
    explicit OneTimeCommands(Device& device) : device_(device) {
        try {
            create();
        } catch (...) {
            release();
            throw;
        }
    }
    ~OneTimeCommands() { release(); }
    OneTimeCommands(const OneTimeCommands&) = delete;
    OneTimeCommands& operator=(const OneTimeCommands&) = delete;

    [[nodiscard]] VkCommandBuffer get() const { return commands_; }
    void submit_and_wait() const {
        vk_check(vkEndCommandBuffer(commands_), "vkEndCommandBuffer");
        const VkCommandBufferSubmitInfo commands{.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_SUBMIT_INFO,
                                                 .commandBuffer = commands_};
        const VkSubmitInfo2 info{.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO_2,
                                 .commandBufferInfoCount = 1,
                                 .pCommandBufferInfos = &commands};
        {
            const auto lock = device_.lock_queue();
            vk_check(vkQueueSubmit2(device_.queue(), 1, &info, fence_), "vkQueueSubmit2");
        }
        vk_check(vkWaitForFences(device_.handle(), 1, &fence_, VK_TRUE, UINT64_MAX), "vkWaitForFences");
    }

  private:
    void create() {
        const VkCommandPoolCreateInfo pool{.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
                                           .flags = VK_COMMAND_POOL_CREATE_TRANSIENT_BIT,
                                           .queueFamilyIndex = device_.queue_family()};
        vk_check(vkCreateCommandPool(device_.handle(), &pool, nullptr, &pool_), "vkCreateCommandPool");
        const VkFenceCreateInfo fence{.sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO};
        vk_check(vkCreateFence(device_.handle(), &fence, nullptr, &fence_), "vkCreateFence");
        const VkCommandBufferAllocateInfo allocate{.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
                                                   .commandPool = pool_,
                                                   .level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
                                                   .commandBufferCount = 1};
        vk_check(vkAllocateCommandBuffers(device_.handle(), &allocate, &commands_),
                 "vkAllocateCommandBuffers");
        const VkCommandBufferBeginInfo begin{.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO,
                                             .flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT};
        vk_check(vkBeginCommandBuffer(commands_, &begin), "vkBeginCommandBuffer");
    }
    void release() noexcept {
        vkDestroyFence(device_.handle(), fence_, nullptr);
        vkDestroyCommandPool(device_.handle(), pool_, nullptr);
    }

    Device& device_;
    VkCommandPool pool_ = VK_NULL_HANDLE;
    VkFence fence_ = VK_NULL_HANDLE;
    VkCommandBuffer commands_ = VK_NULL_HANDLE;
};

}  // namespace

ExternalImage::ExternalImage(Device& device, VkExtent2D extent, VkImageUsageFlags usage) : device_(device) {
    RV_ASSERT(extent.width > 0 && extent.height > 0, "an image needs a size");
    check_exportable(device, usage);
    try {
        create(extent, usage);
        const OneTimeCommands commands(device);
        const VkImageMemoryBarrier2 barrier =
            image_barrier(image_, VK_IMAGE_ASPECT_COLOR_BIT, use::kDiscard, kShared);
        pipeline_barrier(commands.get(), {&barrier, 1});
        commands.submit_and_wait();
    } catch (...) {
        release();
        throw;
    }
}

void ExternalImage::create(VkExtent2D extent, VkImageUsageFlags usage) {
    const VkExternalMemoryImageCreateInfo external{
        .sType = VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMAGE_CREATE_INFO, .handleTypes = kSharedMemoryType};
    const VkImageCreateInfo info{.sType = VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO,
                                 .pNext = &external,
                                 .imageType = VK_IMAGE_TYPE_2D,
                                 .format = kFormat,
                                 .extent = {extent.width, extent.height, 1},
                                 .mipLevels = 1,
                                 .arrayLayers = 1,
                                 .samples = VK_SAMPLE_COUNT_1_BIT,
                                 .tiling = VK_IMAGE_TILING_OPTIMAL,
                                 .usage = usage,
                                 .sharingMode = VK_SHARING_MODE_EXCLUSIVE};
    vk_check(vkCreateImage(device_.handle(), &info, nullptr, &image_), "vkCreateImage (external)");
    VkMemoryRequirements requirements;
    vkGetImageMemoryRequirements(device_.handle(), image_, &requirements);
    memory_ = ExternalMemory(device_, requirements,
                             {.sType = VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO, .image = image_});
    vk_check(vkBindImageMemory(device_.handle(), image_, memory_.handle(), 0),
             "vkBindImageMemory (external)");
    const VkImageViewCreateInfo view{.sType = VK_STRUCTURE_TYPE_IMAGE_VIEW_CREATE_INFO,
                                     .image = image_,
                                     .viewType = VK_IMAGE_VIEW_TYPE_2D,
                                     .format = kFormat,
                                     .subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1}};
    vk_check(vkCreateImageView(device_.handle(), &view, nullptr, &view_), "vkCreateImageView (external)");
}

ExternalImage::ExternalImage(ExternalImage&& other) noexcept
    : device_(other.device_),
      image_(std::exchange(other.image_, VK_NULL_HANDLE)),
      view_(std::exchange(other.view_, VK_NULL_HANDLE)),
      memory_(std::move(other.memory_)) {}

ExternalImage::~ExternalImage() {
    release();
}

void ExternalImage::release() noexcept {
    vkDestroyImageView(device_.handle(), view_, nullptr);
    vkDestroyImage(device_.handle(), image_, nullptr);
}

}  // namespace rv::renderer
