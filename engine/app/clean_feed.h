#pragma once
/// A second window with nothing but the picture: for streaming programs, projectors and second screens.

#include <optional>

#include "engine/platform/window.h"
#include "renderer/frame_pass.h"
#include "renderer/swapchain.h"

namespace rv::app {

/// Used by the window's thread, inside the frame of its device.
class CleanFeed {
  public:
    /// @throws DeviceError when there can be no such window.
    explicit CleanFeed(renderer::Device& device);

    /// Whether the person has closed it. Takes in the window's events.
    bool closed();
    /// Draws the sources beside each other. To be submitted with the two semaphores and then presented; empty
    /// while there is nothing to draw into.
    std::optional<renderer::Swapchain::Acquired> draw(VkCommandBuffer commands,
                                                      std::span<const renderer::FrameSource> sources,
                                                      renderer::FrameFilter filter);
    void present(const renderer::Swapchain::Acquired& image);

  private:
    /// Lives between window and swapchain.
    class Surface {
      public:
        Surface(renderer::Device& device, const platform::Window& window)
            : device_(device), handle_(window.create_surface(device.instance())) {}
        ~Surface() { vkDestroySurfaceKHR(device_.instance(), handle_, nullptr); }
        Surface(const Surface&) = delete;
        Surface& operator=(const Surface&) = delete;
        [[nodiscard]] VkSurfaceKHR handle() const { return handle_; }

      private:
        renderer::Device& device_;
        VkSurfaceKHR handle_;
    };

    platform::Window window_;
    Surface surface_;
    renderer::Swapchain swapchain_;
    renderer::FramePass pass_;
};

}  // namespace rv::app
