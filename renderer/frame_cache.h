#pragma once
/// The frame as the window shows it, kept until the frame, the filter or the window changes. Where the CPU
/// draws, upscaling costs more than copying, and the window shows every frame of the world several times.

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
    void redraw(VkCommandBuffer commands, const Key& key, std::span<const FrameSource> sources);

    Device& device_;
    FramePass& pass_;
    const VkFormat format_;
    Image image_;
    Key drawn_;
};

}  // namespace rv::renderer
