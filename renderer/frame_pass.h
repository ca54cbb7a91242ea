#pragma once
/// Draws the world's frame into the window: as large as fits, in its own proportions, the rest in one dark
/// colour. The frame is read where it lies (a storage buffer of RGBA8 words, or a storage image), never
/// copied.
///
///     FramePass pass(device, swapchain.format());
///     transition to colour target ...
///     pass.draw(commands, {.view = view, .extent = extent}, {&source, 1}, FrameFilter::EdgeAware);

#include <optional>
#include <span>

#include "renderer/pipeline.h"

namespace rv::renderer {

enum class FrameFilter {
    EdgeAware,  ///< 12 texels, along edges
    Bilinear,   ///< 4 texels
    Nearest,    ///< the frame's own pixels
};

/// A frame in a buffer: RGBA8, tight rows from the top. Or in an image.
struct FrameSource {
    VkBuffer buffer = VK_NULL_HANDLE;
    VkDeviceSize offset = 0;
    int width = 0, height = 0;
    /// When it is set, an RGBA8 storage image in VK_IMAGE_LAYOUT_GENERAL is read instead of the buffer.
    VkImageView view = VK_NULL_HANDLE;
};

/// A colour attachment in VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL.
struct FrameTarget {
    VkImageView view = VK_NULL_HANDLE;
    VkExtent2D extent{};
};

/// The largest rectangle of a width x height picture's proportions, centred in `target`, in whole pixels.
VkRect2D letterbox(int width, int height, VkExtent2D target);
/// The same in one of `count` columns of equal width, with a small gap between them.
VkRect2D letterbox_in_column(int width, int height, VkExtent2D target, std::size_t column, std::size_t count);

class FramePass {
  public:
    /// @param format of the targets; it must not be an sRGB format, since frames are passed through as they
    /// are.
    FramePass(Device& device, VkFormat format);

    /// Covers the whole target. @param sources beside each other from the left; none: only the background.
    /// @param brightness factor of the pictures; 1 shows them as they are.
    void draw(VkCommandBuffer commands, const FrameTarget& target, std::span<const FrameSource> sources,
              FrameFilter filter, float brightness = 1.0f);

  private:
    void draw_frame(VkCommandBuffer commands, VkRect2D where, const FrameSource& source, FrameFilter filter,
                    float brightness);

    using Pipelines = std::array<Pipeline, 3>;  // by FrameFilter
    const Pipeline& pipeline_for(const FrameSource& source, FrameFilter filter);

    Device& device_;
    const VkFormat format_;
    Pipelines pipelines_;
    std::optional<Pipelines> image_pipelines_;  // made when the first image is shown
};

}  // namespace rv::renderer
