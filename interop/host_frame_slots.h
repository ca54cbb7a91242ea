#pragma once
/// The three slots of a frame ring in host memory that the shader reads.

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "interop/frame_ring.h"
#include "interop/sharing_path.h"
#include "renderer/buffer.h"
#include "renderer/frame_pass.h"
#include "renderer/imported_memory.h"

namespace rv::interop {

class HostFrameSlots {
  public:
    /// @param path one of the two host paths. @throws DeviceError when the driver refuses it.
    HostFrameSlots(renderer::Device& device, int width, int height, SharingPath path);

    /// A frame's bytes, (height, width, 4). Host writes before a submission are visible to it.
    [[nodiscard]] std::span<std::uint8_t> bytes_of(int slot) const;
    [[nodiscard]] renderer::FrameSource source_of(int slot) const;

  private:
    using Slot = std::variant<renderer::ImportedHostBuffer, renderer::Buffer>;
    const int width_, height_;
    std::vector<Slot> slots_;
};

}  // namespace rv::interop
