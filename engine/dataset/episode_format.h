#pragma once
/// The names inside an episode's safetensors file, shared by its writer and its reader.

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/core/camera.h"
#include "engine/dataset/map_codec.h"

namespace rv::dataset::episode_format {

inline constexpr std::string_view kName = "reverie-episode";
inline constexpr std::string_view kTagPrefix = "tag.";

inline MapLayout depth_layout(int frames, const Intrinsics& k) {
    return {frames, k.width, k.height, 1, 2};
}
inline MapLayout normals_layout(int frames, const Intrinsics& k) {
    return {frames, k.width, k.height, 3, 1};
}
inline MapLayout segmentation_layout(int frames, const Intrinsics& k) {
    return {frames, k.width, k.height, 1, 1};
}

/// FNV-1a over the bytes of a frame's RGB pixels, 64 bits, taken in little-endian words of 8 bytes and a last
/// shorter word filled with zeros. Notices damage that the video's own format would only patch over.
std::uint64_t frame_digest(std::span<const std::uint8_t> rgb);

}  // namespace rv::dataset::episode_format
