#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "engine/dataset/half.h"
#include "engine/dataset/map_codec.h"

using namespace rv::dataset;

namespace {

std::vector<std::byte> noise(std::size_t size) {
    std::vector<std::byte> bytes(size);
    std::uint32_t state = 1;
    for (std::byte& byte : bytes) {
        state = state * 1664525u + 1013904223u;
        byte = static_cast<std::byte>(state >> 24);
    }
    return bytes;
}

}  // namespace

TEST_CASE("[map_codec] every layout comes back, even from noise") {
    for (const MapLayout& layout : {MapLayout{3, 17, 9, 1, 2}, MapLayout{2, 5, 4, 3, 1},
                                    MapLayout{4, 8, 8, 1, 1}, MapLayout{1, 1, 1, 1, 2}}) {
        const auto map = noise(layout.size_bytes());
        const auto packed = pack_map(map, layout);
        std::vector<std::byte> back(layout.size_bytes());
        CHECK(unpack_map(packed, layout, back));
        CHECK(back == map);
    }
}

TEST_CASE("[map_codec] the depth of a plane shrinks to a fraction") {
    const MapLayout layout{4, 128, 72, 1, 2};
    std::vector<std::uint16_t> depth;
    for (int t = 0; t < 4; ++t)
        for (int y = 0; y < 72; ++y)
            for (int x = 0; x < 128; ++x)
                depth.push_back(half_from_float(y < 30 ? 1000.0f : 60.0f / static_cast<float>(y - 29)));
    CHECK(pack_map(std::as_bytes(std::span(depth)), layout).size() < layout.size_bytes() / 20);
}

TEST_CASE("[map_codec] damaged data and data of another size are refused") {
    const MapLayout layout{2, 16, 16, 1, 1};
    const auto map = noise(layout.size_bytes());
    const auto packed = pack_map(map, layout);
    std::vector<std::byte> back(layout.size_bytes());
    for (std::size_t length = 0; length < packed.size(); length += 5)
        CHECK_FALSE(unpack_map(std::span(packed).first(length), layout, back));
    const MapLayout smaller{1, 16, 16, 1, 1};
    std::vector<std::byte> room(smaller.size_bytes());
    CHECK_FALSE(unpack_map(packed, smaller, room));
    CHECK_FALSE(unpack_map(map, layout, back));
}

TEST_CASE("[half] every half value survives the way through float") {
    int wrong = 0;
    for (unsigned bits = 0; bits < 0x10000u; ++bits) {
        const auto half = static_cast<std::uint16_t>(bits);
        const float value = float_from_half(half);
        const bool nan = (bits & 0x7c00u) == 0x7c00u && (bits & 0x3ffu) != 0;
        if (nan ? !std::isnan(value) : half_from_float(value) != half) ++wrong;
    }
    CHECK(wrong == 0);
}

TEST_CASE("[half] rounding goes to the nearest, ties to even") {
    CHECK(half_from_float(1.0f) == 0x3c00);
    CHECK(half_from_float(1.0f + 0x1p-11f) == 0x3c00);
    CHECK(half_from_float(1.0f + 0x1.8p-10f) == 0x3c02);
    CHECK(half_from_float(65504.0f) == 0x7bff);
    CHECK(half_from_float(65520.0f) == 0x7c00);
    CHECK(half_from_float(1e10f) == 0x7c00);
    CHECK(half_from_float(-2.0f) == 0xc000);
    CHECK(half_from_float(0x1p-24f) == 1);
    CHECK(half_from_float(0x1p-26f) == 0);
    CHECK(std::isnan(float_from_half(half_from_float(std::numeric_limits<float>::quiet_NaN()))));
}
