#pragma once
/// The window's images. Being out of date is normal running and comes back as a value; a lost surface or
/// device leaves as DeviceError.
///
///     FrameContext& frame = device.begin_frame();
///     auto image = swapchain.acquire();
///     if (!image) { swapchain.recreate(window_extent); continue; }
///     ... record, leaving the image in VK_IMAGE_LAYOUT_PRESENT_SRC_KHR ...
///     device.submit(commands, {&image->available, 1}, {&image->rendered, 1});
///     if (!swapchain.present(*image)) swapchain.recreate(window_extent);

#include <optional>
#include <vector>

#include "renderer/device.h"

namespace rv::renderer {

class Swapchain {
  public:
    enum class Pacing {
        Vsync,     ///< FIFO: never tears, waits for the display
        LowDelay,  ///< MAILBOX where there is one, else FIFO: the newest picture wins, the caller paces
    };

    /// @param device made with a surface. @param extent wanted size in pixels, used where the surface leaves
    /// it open.
    Swapchain(Device& device, VkExtent2D extent, Pacing pacing)
        : Swapchain(device, device.surface(), extent, pacing) {}
    /// The same for another surface, which outlives it. @throws DeviceError when the device cannot present to
    /// it.
    Swapchain(Device& device, VkSurfaceKHR surface, VkExtent2D extent, Pacing pacing);
    ~Swapchain();  ///< Waits for the GPU.
    Swapchain(const Swapchain&) = delete;
    Swapchain& operator=(const Swapchain&) = delete;

    struct Acquired {
        std::uint32_t index = 0;
        VkImage image = VK_NULL_HANDLE;
        VkImageView view = VK_NULL_HANDLE;
        SemaphoreOperation available;  ///< the submission that draws waits for this
        SemaphoreOperation rendered;   ///< and signals this
    };
    /// After Device::begin_frame(). Empty: out of date, recreate() first.
    std::optional<Acquired> acquire();
    /// @return false: shown perhaps, but the swapchain no longer fits the window.
    bool present(const Acquired& image);
    /// Waits for the GPU. A minimised window (0 x 0) keeps the old images. @return whether there are new
    /// images.
    bool recreate(VkExtent2D extent);

    [[nodiscard]] VkFormat format() const { return format_.format; }
    [[nodiscard]] VkExtent2D extent() const { return extent_; }
    /// Whether images can be copied into the window's.
    [[nodiscard]] bool copyable() const { return copyable_; }
    /// Whether images can be copied out of the window's.
    [[nodiscard]] bool readable() const { return readable_; }
    [[nodiscard]] VkPresentModeKHR present_mode() const { return present_mode_; }
    [[nodiscard]] const std::vector<VkImageView>& views() const { return views_; }
    [[nodiscard]] std::uint32_t min_image_count() const { return min_images_; }
    /// Grows with every recreation: whoever keeps things made for the images compares it.
    [[nodiscard]] std::uint64_t generation() const { return generation_; }

  private:
    void choose_format();
    void choose_present_mode(Pacing pacing);
    void create(const VkSurfaceCapabilitiesKHR& capabilities, VkExtent2D extent);
    void destroy_images();

    Device& device_;
    const VkSurfaceKHR surface_;
    VkSurfaceFormatKHR format_{};
    VkPresentModeKHR present_mode_ = VK_PRESENT_MODE_FIFO_KHR;
    VkSwapchainKHR swapchain_ = VK_NULL_HANDLE;
    VkExtent2D extent_{};
    std::uint32_t min_images_ = 2;
    bool copyable_ = false, readable_ = false;
    std::vector<VkImage> images_;
    std::vector<VkImageView> views_;
    std::vector<VkSemaphore> rendered_;  // one an image: presenting may hold it until the image comes back
    std::array<VkSemaphore, Device::kFramesInFlight> available_{};
    std::size_t frame_ = 0;
    std::uint64_t generation_ = 0;
};

}  // namespace rv::renderer
