#include "engine/dataset/episode_format.h"

#include <algorithm>
#include <cstring>

namespace rv::dataset::episode_format {

std::uint64_t frame_digest(std::span<const std::uint8_t> rgb) {
    std::uint64_t hash = 14695981039346656037ull;
    while (!rgb.empty()) {
        const std::size_t count = std::min<std::size_t>(8, rgb.size());
        std::uint64_t word = 0;
        std::memcpy(&word, rgb.data(), count);
        hash = (hash ^ word) * 1099511628211ull;
        rgb = rgb.subspan(count);
    }
    return hash;
}

}  // namespace rv::dataset::episode_format
