#include "renderer/swapchain.h"

#include <algorithm>

#include "engine/core/log.h"

namespace rv::renderer {
namespace {

[[noreturn]] void surface_lost() {
    throw DeviceError("the window's drawing surface was lost",
                      "start again; the display may have been reconfigured");
}

// The codes that mean more than "failed" here.
void check(VkResult result, const char* what) {
    if (result == VK_ERROR_SURFACE_LOST_KHR) surface_lost();
    if (result == VK_ERROR_DEVICE_LOST)
        throw DeviceError("the graphics device stopped working while drawing the window",
                          "start again; if it happens often, update the graphics driver");
    vk_check(result, what);
}

template <class T, class Enumerate>
std::vector<T> enumerate(const char* what, Enumerate call) {
    std::uint32_t count = 0;
    check(call(&count, static_cast<T*>(nullptr)), what);
    std::vector<T> values(count);
    check(call(&count, values.data()), what);
    values.resize(count);
    return values;
}

VkSemaphore create_semaphore(VkDevice device) {
    const VkSemaphoreCreateInfo info{.sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO};
    VkSemaphore semaphore = VK_NULL_HANDLE;
    vk_check(vkCreateSemaphore(device, &info, nullptr, &semaphore), "vkCreateSemaphore (swapchain)");
    return semaphore;
}

VkSurfaceCapabilitiesKHR capabilities_of(const Device& device, VkSurfaceKHR surface) {
    VkSurfaceCapabilitiesKHR capabilities{};
    check(vkGetPhysicalDeviceSurfaceCapabilitiesKHR(device.physical_device(), surface, &capabilities),
          "reading the window's surface");
    return capabilities;
}

VkImageUsageFlags usage_of(const VkSurfaceCapabilitiesKHR& capabilities) {
    return VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT |
           (capabilities.supportedUsageFlags &
            (VK_IMAGE_USAGE_TRANSFER_DST_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT));
}

VkExtent2D fitting_extent(const VkSurfaceCapabilitiesKHR& c, VkExtent2D wanted) {
    constexpr std::uint32_t kOpen = 0xFFFFFFFF;
    if (c.currentExtent.width != kOpen) return c.currentExtent;
    return {std::clamp(wanted.width, c.minImageExtent.width, c.maxImageExtent.width),
            std::clamp(wanted.height, c.minImageExtent.height, c.maxImageExtent.height)};
}

}  // namespace

Swapchain::Swapchain(Device& device, VkSurfaceKHR surface, VkExtent2D extent, Pacing pacing)
    : device_(device), surface_(surface) {
    RV_ASSERT(surface != VK_NULL_HANDLE, "a swapchain needs a surface");
    VkBool32 presents = VK_FALSE;
    vk_check(vkGetPhysicalDeviceSurfaceSupportKHR(device.physical_device(), device.queue_family(), surface,
                                                  &presents),
             "asking whether the device can present");
    if (!presents) throw DeviceError(device.info().name + " cannot present to this window");
    choose_format();
    choose_present_mode(pacing);
    for (VkSemaphore& semaphore : available_) semaphore = create_semaphore(device.handle());
    const VkSurfaceCapabilitiesKHR capabilities = capabilities_of(device, surface_);
    create(capabilities, fitting_extent(capabilities, extent));
}

Swapchain::~Swapchain() {
    if (vkDeviceWaitIdle(device_.handle()) != VK_SUCCESS)
        log::error("the graphics device failed while closing");
    destroy_images();
    vkDestroySwapchainKHR(device_.handle(), swapchain_, nullptr);
    for (const VkSemaphore semaphore : available_) vkDestroySemaphore(device_.handle(), semaphore, nullptr);
}

void Swapchain::choose_format() {
    const auto formats =
        enumerate<VkSurfaceFormatKHR>("listing surface formats", [&](auto* count, auto* out) {
            return vkGetPhysicalDeviceSurfaceFormatsKHR(device_.physical_device(), surface_, count, out);
        });
    if (formats.empty()) throw DeviceError(device_.info().name + " offers no picture format for this window");
    // Frames and the interface are already sRGB: they pass through an UNORM image unchanged.
    for (const VkFormat wanted :
         {VK_FORMAT_B8G8R8A8_UNORM, VK_FORMAT_R8G8B8A8_UNORM, VK_FORMAT_A8B8G8R8_UNORM_PACK32}) {
        const auto found = std::ranges::find(formats, wanted, &VkSurfaceFormatKHR::format);
        if (found == formats.end()) continue;
        format_ = *found;
        return;
    }
    format_ = formats.front();
}

void Swapchain::choose_present_mode(Pacing pacing) {
    if (pacing == Pacing::Vsync) return;
    const auto modes = enumerate<VkPresentModeKHR>("listing present modes", [&](auto* count, auto* out) {
        return vkGetPhysicalDeviceSurfacePresentModesKHR(device_.physical_device(), surface_, count, out);
    });
    if (std::ranges::find(modes, VK_PRESENT_MODE_MAILBOX_KHR) != modes.end())
        present_mode_ = VK_PRESENT_MODE_MAILBOX_KHR;
}

void Swapchain::create(const VkSurfaceCapabilitiesKHR& capabilities, VkExtent2D extent) {
    min_images_ = std::max(capabilities.minImageCount + 1, 3u);
    if (capabilities.maxImageCount > 0) min_images_ = std::min(min_images_, capabilities.maxImageCount);
    const VkSwapchainKHR old = swapchain_;
    const VkSwapchainCreateInfoKHR info{
        .sType = VK_STRUCTURE_TYPE_SWAPCHAIN_CREATE_INFO_KHR,
        .surface = surface_,
        .minImageCount = min_images_,
        .imageFormat = format_.format,
        .imageColorSpace = format_.colorSpace,
        .imageExtent = extent,
        .imageArrayLayers = 1,
        .imageUsage = usage_of(capabilities),
        .imageSharingMode = VK_SHARING_MODE_EXCLUSIVE,
        .preTransform = capabilities.currentTransform,
        .compositeAlpha = (capabilities.supportedCompositeAlpha & VK_COMPOSITE_ALPHA_OPAQUE_BIT_KHR)
                              ? VK_COMPOSITE_ALPHA_OPAQUE_BIT_KHR
                              : VK_COMPOSITE_ALPHA_INHERIT_BIT_KHR,
        .presentMode = present_mode_,
        .clipped = VK_TRUE,
        .oldSwapchain = old};
    swapchain_ = VK_NULL_HANDLE;
    const VkResult result = vkCreateSwapchainKHR(device_.handle(), &info, nullptr, &swapchain_);
    if (old != VK_NULL_HANDLE) vkDestroySwapchainKHR(device_.handle(), old, nullptr);
    check(result, "vkCreateSwapchainKHR");
    extent_ = extent;
    copyable_ = (usage_of(capabilities) & VK_IMAGE_USAGE_TRANSFER_DST_BIT) != 0;
    readable_ = (usage_of(capabilities) & VK_IMAGE_USAGE_TRANSFER_SRC_BIT) != 0;
    images_ = enumerate<VkImage>("listing the window's images", [&](auto* count, auto* out) {
        return vkGetSwapchainImagesKHR(device_.handle(), swapchain_, count, out);
    });
    for (const VkImage image : images_) {
        const VkImageViewCreateInfo view_info{.sType = VK_STRUCTURE_TYPE_IMAGE_VIEW_CREATE_INFO,
                                              .image = image,
                                              .viewType = VK_IMAGE_VIEW_TYPE_2D,
                                              .format = format_.format,
                                              .subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1}};
        VkImageView view = VK_NULL_HANDLE;
        vk_check(vkCreateImageView(device_.handle(), &view_info, nullptr, &view),
                 "vkCreateImageView (window)");
        views_.push_back(view);
        rendered_.push_back(create_semaphore(device_.handle()));
    }
    ++generation_;
}

void Swapchain::destroy_images() {
    for (const VkImageView view : views_) vkDestroyImageView(device_.handle(), view, nullptr);
    for (const VkSemaphore semaphore : rendered_) vkDestroySemaphore(device_.handle(), semaphore, nullptr);
    views_.clear();
    rendered_.clear();
    images_.clear();
}

std::optional<Swapchain::Acquired> Swapchain::acquire() {
    const VkSemaphore available = available_[frame_];
    std::uint32_t index = 0;
    const VkResult result =
        vkAcquireNextImageKHR(device_.handle(), swapchain_, UINT64_MAX, available, VK_NULL_HANDLE, &index);
    if (result == VK_ERROR_OUT_OF_DATE_KHR) return std::nullopt;
    if (result != VK_SUBOPTIMAL_KHR) check(result, "vkAcquireNextImageKHR");
    frame_ = (frame_ + 1) % available_.size();
    return Acquired{index,
                    images_[index],
                    views_[index],
                    {available, 0, VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT},
                    {rendered_[index], 0, VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT}};
}

bool Swapchain::present(const Acquired& image) {
    const VkPresentInfoKHR info{.sType = VK_STRUCTURE_TYPE_PRESENT_INFO_KHR,
                                .waitSemaphoreCount = 1,
                                .pWaitSemaphores = &image.rendered.semaphore,
                                .swapchainCount = 1,
                                .pSwapchains = &swapchain_,
                                .pImageIndices = &image.index};
    const auto lock = device_.lock_queue();
    const VkResult result = vkQueuePresentKHR(device_.queue(), &info);
    if (result == VK_ERROR_OUT_OF_DATE_KHR || result == VK_SUBOPTIMAL_KHR) return false;
    check(result, "vkQueuePresentKHR");
    return true;
}

bool Swapchain::recreate(VkExtent2D extent) {
    const VkSurfaceCapabilitiesKHR capabilities = capabilities_of(device_, surface_);
    const VkExtent2D fitting = fitting_extent(capabilities, extent);
    if (fitting.width == 0 || fitting.height == 0) return false;
    device_.wait_idle();
    destroy_images();
    create(capabilities, fitting);
    return true;
}

}  // namespace rv::renderer
