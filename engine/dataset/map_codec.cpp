#include "engine/dataset/map_codec.h"

#include <zstd.h>

#include <cstring>

#include "engine/core/error.h"

namespace rv::dataset {
namespace {

constexpr int kCompressionLevel = 1;  // higher levels gain little on filtered maps

// Depth. A plane's depth bits change nearly linearly over the picture: predict left + up - up left. The
// residual is folded so that small ones of either sign have a zero high byte, and the two bytes go to planes
// of their own.

std::uint16_t predict(const std::uint16_t* row, const std::uint16_t* above, int x) {
    const int left = x > 0 ? row[x - 1] : 0;
    const int up = above ? above[x] : 0;
    const int up_left = above && x > 0 ? above[x - 1] : 0;
    return static_cast<std::uint16_t>(left + up - up_left);
}

std::uint16_t fold(std::uint16_t residual) {
    const auto sign = static_cast<std::uint16_t>(residual & 0x8000u ? 0xffffu : 0u);
    return static_cast<std::uint16_t>(static_cast<std::uint16_t>(residual << 1) ^ sign);
}

std::uint16_t unfold(std::uint16_t folded) {
    const auto sign = static_cast<std::uint16_t>(folded & 1u ? 0xffffu : 0u);
    return static_cast<std::uint16_t>(folded >> 1 ^ sign);
}

void filter_16(std::span<const std::byte> map, const MapLayout& layout, std::span<std::byte> out) {
    const std::size_t pixels =
        static_cast<std::size_t>(layout.width) * static_cast<std::size_t>(layout.height);
    std::vector<std::uint16_t> frame(pixels);
    for (std::size_t t = 0; t < static_cast<std::size_t>(layout.frames); ++t) {
        std::memcpy(frame.data(), map.data() + t * pixels * 2, pixels * 2);
        std::byte* low = out.data() + t * pixels * 2;
        std::byte* high = low + pixels;
        for (int y = 0; y < layout.height; ++y) {
            const std::uint16_t* row = frame.data() + static_cast<std::ptrdiff_t>(y) * layout.width;
            const std::uint16_t* above = y > 0 ? row - layout.width : nullptr;
            for (int x = 0; x < layout.width; ++x) {
                const std::uint16_t folded =
                    fold(static_cast<std::uint16_t>(row[x] - predict(row, above, x)));
                *low++ = static_cast<std::byte>(folded & 0xffu);
                *high++ = static_cast<std::byte>(folded >> 8);
            }
        }
    }
}

void unfilter_16(std::span<const std::byte> in, const MapLayout& layout, std::span<std::byte> map) {
    const std::size_t pixels =
        static_cast<std::size_t>(layout.width) * static_cast<std::size_t>(layout.height);
    std::vector<std::uint16_t> frame(pixels);
    for (std::size_t t = 0; t < static_cast<std::size_t>(layout.frames); ++t) {
        const std::byte* low = in.data() + t * pixels * 2;
        const std::byte* high = low + pixels;
        for (int y = 0; y < layout.height; ++y) {
            std::uint16_t* row = frame.data() + static_cast<std::ptrdiff_t>(y) * layout.width;
            const std::uint16_t* above = y > 0 ? row - layout.width : nullptr;
            for (int x = 0; x < layout.width; ++x) {
                const auto folded = static_cast<std::uint16_t>(std::to_integer<unsigned>(*low++) |
                                                               std::to_integer<unsigned>(*high++) << 8);
                row[x] = static_cast<std::uint16_t>(unfold(folded) + predict(row, above, x));
            }
        }
        std::memcpy(map.data() + t * pixels * 2, frame.data(), pixels * 2);
    }
}

// Normals: each channel to a plane of its own. Flat faces are runs there already.

void split_channels(std::span<const std::byte> map, const MapLayout& layout, std::span<std::byte> out) {
    const auto channels = static_cast<std::size_t>(layout.channels);
    const std::size_t pixels =
        static_cast<std::size_t>(layout.width) * static_cast<std::size_t>(layout.height);
    for (std::size_t t = 0; t < static_cast<std::size_t>(layout.frames); ++t)
        for (std::size_t c = 0; c < channels; ++c)
            for (std::size_t i = 0; i < pixels; ++i)
                out[(t * channels + c) * pixels + i] = map[(t * pixels + i) * channels + c];
}

void join_channels(std::span<const std::byte> in, const MapLayout& layout, std::span<std::byte> map) {
    const auto channels = static_cast<std::size_t>(layout.channels);
    const std::size_t pixels =
        static_cast<std::size_t>(layout.width) * static_cast<std::size_t>(layout.height);
    for (std::size_t t = 0; t < static_cast<std::size_t>(layout.frames); ++t)
        for (std::size_t c = 0; c < channels; ++c)
            for (std::size_t i = 0; i < pixels; ++i)
                map[(t * pixels + i) * channels + c] = in[(t * channels + c) * pixels + i];
}

void check(const MapLayout& layout) {
    const bool depth = layout.bytes_per_channel == 2 && layout.channels == 1;
    RV_ASSERT(depth || layout.bytes_per_channel == 1, "a map of bytes, or one channel of two bytes");
}

}  // namespace

std::vector<std::byte> pack_map(std::span<const std::byte> map, const MapLayout& layout) {
    check(layout);
    RV_ASSERT(map.size() == layout.size_bytes(), "a map of its layout's size");
    std::vector<std::byte> filtered;
    std::span<const std::byte> plain = map;
    if (layout.bytes_per_channel == 2 || layout.channels > 1) {
        filtered.resize(map.size());
        layout.bytes_per_channel == 2 ? filter_16(map, layout, filtered)
                                      : split_channels(map, layout, filtered);
        plain = filtered;
    }
    std::vector<std::byte> packed(ZSTD_compressBound(plain.size()));
    const std::size_t size =
        ZSTD_compress(packed.data(), packed.size(), plain.data(), plain.size(), kCompressionLevel);
    RV_ASSERT(!ZSTD_isError(size), "compression into a buffer of the largest possible size");
    packed.resize(size);
    packed.shrink_to_fit();
    return packed;
}

bool unpack_map(std::span<const std::byte> packed, const MapLayout& layout, std::span<std::byte> map) {
    check(layout);
    RV_ASSERT(map.size() == layout.size_bytes(), "room for a map of its layout's size");
    if (ZSTD_getFrameContentSize(packed.data(), packed.size()) != map.size()) return false;
    std::vector<std::byte> filtered(map.size());
    const std::size_t size = ZSTD_decompress(filtered.data(), filtered.size(), packed.data(), packed.size());
    if (ZSTD_isError(size) || size != map.size()) return false;
    if (layout.bytes_per_channel == 2)
        unfilter_16(filtered, layout, map);
    else
        join_channels(filtered, layout, map);
    return true;
}

}  // namespace rv::dataset
