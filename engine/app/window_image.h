#pragma once
/// What drawing into a window of the program begins with.

#include "engine/platform/window.h"
#include "renderer/image.h"

namespace rv::app {

/// An image as it comes from a swapchain, whose semaphore the submission waits for at this stage.
inline constexpr renderer::ImageUse kAcquired{
    VK_IMAGE_LAYOUT_UNDEFINED, VK_PIPELINE_STAGE_2_COLOR_ATTACHMENT_OUTPUT_BIT, VK_ACCESS_2_NONE};

inline VkExtent2D pixels_of(const platform::Window& window) {
    const platform::Extent size = window.framebuffer_size();
    return {static_cast<std::uint32_t>(size.width), static_cast<std::uint32_t>(size.height)};
}

}  // namespace rv::app
