#pragma once
/// Brings presented pictures to the host without anybody waiting: each is copied into one of a few
/// host-visible buffers while its frame is drawn, and taken a frame or two later, when the GPU is done with
/// it.
///
///     if (readback.capture(commands, image, extent, tag)) ... else the GPU is behind: this one is lost ...
///     readback.submitted(device.submit(commands, ...));
///     while (auto picture = readback.take()) use(picture->rgba, picture->tag);

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "renderer/buffer.h"
#include "renderer/image.h"

namespace rv::renderer {

class PictureReadback {
  public:
    /// @param size of the pictures that come back, whatever size the images have. The device outlives this.
    PictureReadback(Device& device, VkExtent2D size);

    /// Copies an image in VK_IMAGE_LAYOUT_PRESENT_SRC_KHR, in its own proportions, and leaves it so.
    /// @param image made with VK_IMAGE_USAGE_TRANSFER_SRC_BIT; of a format that can be blitted.
    /// @param tag comes back with the picture.
    /// @return false: all buffers are on their way, and nothing was recorded.
    bool capture(VkCommandBuffer commands, VkImage image, VkExtent2D extent, std::int64_t tag);
    /// Once the commands of capture() were submitted. @param done the device's timeline value.
    void submitted(std::uint64_t done);

    struct Picture {
        std::span<const std::uint8_t> rgba;  ///< tight rows; valid until the next capture()
        std::int64_t tag = 0;
    };
    /// The oldest picture that the GPU has finished, each once.
    std::optional<Picture> take();
    /// Whether nothing is on its way.
    [[nodiscard]] bool idle() const { return oldest_ == next_; }
    /// Waits until the GPU has finished all that was submitted. For the end.
    void wait() const;

  private:
    static constexpr std::size_t kBuffers = 3;  // one more than frames in flight
    struct Slot {
        Buffer pixels;
        std::int64_t tag = 0;
        std::optional<std::uint64_t> done;  // empty until submitted
    };
    Slot& slot(std::uint64_t number) { return slots_[number % kBuffers]; }

    Device& device_;
    const VkExtent2D size_;
    Image scaled_;
    std::array<Slot, kBuffers> slots_;
    std::uint64_t oldest_ = 0, next_ = 0;  // numbers of pictures on their way: [oldest, next)
};

}  // namespace rv::renderer
