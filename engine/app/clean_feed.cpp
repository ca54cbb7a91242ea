#include "engine/app/clean_feed.h"

#include "engine/app/window_image.h"

namespace rv::app {
namespace {

constexpr int kWidth = 1280, kHeight = 720;

}  // namespace

CleanFeed::CleanFeed(renderer::Device& device)
    : window_({.title = "Reverie picture", .width = kWidth, .height = kHeight}),
      surface_(device, window_),
      swapchain_(device, surface_.handle(), pixels_of(window_), renderer::Swapchain::Pacing::LowDelay),
      pass_(device, swapchain_.format()) {}

bool CleanFeed::closed() {
    static_cast<void>(window_.poll());  // what is pressed here steers nothing
    return window_.should_close();
}

std::optional<renderer::Swapchain::Acquired> CleanFeed::draw(VkCommandBuffer commands,
                                                             std::span<const renderer::FrameSource> sources,
                                                             renderer::FrameFilter filter) {
    const VkExtent2D window = pixels_of(window_);
    const bool fits =
        window.width == swapchain_.extent().width && window.height == swapchain_.extent().height;
    if (!fits && !swapchain_.recreate(window)) return std::nullopt;
    auto image = swapchain_.acquire();
    if (!image) {
        swapchain_.recreate(window);
        return std::nullopt;
    }
    constexpr renderer::ImageUse kPresented{
        VK_IMAGE_LAYOUT_PRESENT_SRC_KHR, VK_PIPELINE_STAGE_2_COLOR_ATTACHMENT_OUTPUT_BIT, VK_ACCESS_2_NONE};
    const auto to_target = renderer::image_barrier(image->image, VK_IMAGE_ASPECT_COLOR_BIT, kAcquired,
                                                   renderer::use::kColorTarget);
    renderer::pipeline_barrier(commands, {&to_target, 1});
    pass_.draw(commands, {image->view, swapchain_.extent()}, sources, filter);
    const auto to_screen = renderer::image_barrier(image->image, VK_IMAGE_ASPECT_COLOR_BIT,
                                                   renderer::use::kColorTarget, kPresented);
    renderer::pipeline_barrier(commands, {&to_screen, 1});
    return image;
}

void CleanFeed::present(const renderer::Swapchain::Acquired& image) {
    if (!swapchain_.present(image)) swapchain_.recreate(pixels_of(window_));
}

}  // namespace rv::app
