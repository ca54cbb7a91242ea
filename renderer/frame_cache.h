#pragma once
/// The frame as the window shows it, kept until the frame, the filter or the window changes. Where the CPU
/// draws, upscaling costs more than copying, and the window shows every frame of the world several times.
///
/// Edges are followed up to half of the window's pixels a side, where that is still well beyond the frame's
/// own; the rest of the way is bilinear. That is a quarter of the cost, and hard to tell from all of it.

#include "renderer/frame_pass.h"

namespace rv::renderer {

class FrameCache {
  public:
    /// @param format of the window's images. The device and the pass outlive the cache.
    FrameCache(Device& device, FramePass& pass, VkFormat format);

    struct Key {
        std::uint64_t frame = 0;  ///< equal numbers are the same pictures; 0: none
        FrameFilter filter = FrameFilter::Bilinear;
        VkExtent2D extent{};
    };
    /// Fills a window image with the frame (drawing it first, if anything changed) and leaves it as a colour
    /// target.
    /// @param target in any state, made with VK_IMAGE_USAGE_TRANSFER_DST_BIT; of the key's extent.
    /// @param before how the target was used last.
    void copy_to(VkCommandBuffer commands, VkImage target, const ImageUse& before, const Key& key,
                 std::span<const FrameSource> sources);

  private:
    [[nodiscard]] bool halves(const Key& key, std::span<const FrameSource> sources) const;
    void size(Image& image, VkExtent2D extent, VkImageUsageFlags usage);
    void redraw(VkCommandBuffer commands, const Key& key, std::span<const FrameSource> sources);

    Device& device_;
    FramePass& pass_;
    const VkFormat format_;
    const bool scales_;  // the device copies images of this format with bilinear filtering
    Image image_, half_;
    Key drawn_;
};

}  // namespace rv::renderer
