#pragma once
/// What the shader sees: draws shared frames at their own size and reads the pixels back.

#include <optional>
#include <vector>

#include "interop/shared_frames.h"
#include "renderer/buffer.h"
#include "renderer/image.h"

namespace rv::interop {

class Viewer {
  public:
    Viewer(renderer::Device& device, int width, int height);

    struct Seen {
        std::optional<ShownFrame> frame;
        std::vector<std::uint8_t> rgba;  ///< (height, width, 4)
    };
    Seen look(SharedFrames& frames);

  private:
    void read_back(VkCommandBuffer commands);

    renderer::Device& device_;
    renderer::FramePass pass_;
    renderer::Image image_;
    renderer::Buffer pixels_;
};

}  // namespace rv::interop
