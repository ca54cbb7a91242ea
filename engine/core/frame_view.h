#pragma once
/// A borrowed picture in host memory.

#include <cstddef>
#include <cstdint>
#include <span>

namespace rv {

/// RGBA8, sRGB, rows from the top. Never owns; valid as long as whoever handed it out says.
struct FrameView {
    const std::uint8_t* rgba = nullptr;
    int width = 0, height = 0;
    std::size_t stride_bytes = 0;  ///< from one row to the next, at least 4 * width

    [[nodiscard]] const std::uint8_t* row(int y) const { return rgba + static_cast<std::size_t>(y) * stride_bytes; }
    [[nodiscard]] bool tight() const { return stride_bytes == static_cast<std::size_t>(width) * 4; }
};

/// FNV-1a, 64 bits, over the visible bytes: equal frames have equal digests on every machine.
std::uint64_t digest(const FrameView& frame);

}  // namespace rv
