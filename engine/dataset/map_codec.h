#pragma once
/// Lossless packing of an episode's depth, normal and segmentation maps: a reversible filter, then one
/// Zstandard frame. Rendered maps shrink to a fifth or less. docs/dataset.md gives the formats for readers in
/// other languages.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rv::dataset {

/// How the elements of a map lie: (T, H, W, channels), each channel of 1 or 2 bytes.
struct MapLayout {
    int frames = 0, width = 0, height = 0, channels = 1;
    int bytes_per_channel = 1;

    [[nodiscard]] std::size_t size_bytes() const {
        return static_cast<std::size_t>(frames) * static_cast<std::size_t>(width) *
               static_cast<std::size_t>(height) * static_cast<std::size_t>(channels) *
               static_cast<std::size_t>(bytes_per_channel);
    }
};

/// @param map exactly layout.size_bytes() bytes.
std::vector<std::byte> pack_map(std::span<const std::byte> map, const MapLayout& layout);

/// @param map receives exactly layout.size_bytes() bytes.
/// @return false if `packed` is damaged or holds another amount.
bool unpack_map(std::span<const std::byte> packed, const MapLayout& layout, std::span<std::byte> map);

}  // namespace rv::dataset
