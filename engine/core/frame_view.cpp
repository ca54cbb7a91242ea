#include "engine/core/frame_view.h"

namespace rv {

std::uint64_t digest(const FrameView& frame) {
    std::uint64_t hash = 14695981039346656037ull;
    for (int y = 0; y < frame.height; ++y) {
        const std::uint8_t* row = frame.row(y);
        for (int i = 0; i < frame.width * 4; ++i) hash = (hash ^ row[i]) * 1099511628211ull;
    }
    return hash;
}

}  // namespace rv
