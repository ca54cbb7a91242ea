#include <doctest/doctest.h>

#include <cstdlib>
#include <vector>

#include "engine/app/resize.h"

using namespace rv::app;

namespace {

std::vector<std::uint8_t> grey(std::initializer_list<int> values) {
    std::vector<std::uint8_t> rgba;
    for (const int value : values) {
        for (int c = 0; c < 3; ++c) rgba.push_back(static_cast<std::uint8_t>(value));
        rgba.push_back(255);
    }
    return rgba;
}

}  // namespace

TEST_CASE("[Resizer] to the same size gives the same picture") {
    Resizer resizer(3, 2, 3, 2);
    const auto picture = grey({0, 10, 255, 77, 128, 3});
    const rv::FrameView large = resizer.resize(picture);
    CHECK(large.width == 3);
    CHECK(large.height == 2);
    CHECK(std::vector<std::uint8_t>(large.rgba, large.rgba + picture.size()) == picture);
}

TEST_CASE("[Resizer] keeps flat pictures flat and opaque") {
    Resizer resizer(2, 2, 10, 10);
    const rv::FrameView large = resizer.resize(grey({200, 200, 200, 200}));
    CHECK(large.width == 10);
    CHECK(large.height == 10);
    for (int y = 0; y < large.height; ++y)
        for (int x = 0; x < large.width; ++x) {
            CHECK(large.row(y)[x * 4] == 200);
            CHECK(large.row(y)[x * 4 + 3] == 255);
        }
}

TEST_CASE("[Resizer] follows a ramp exactly away from the borders, and clamps overshoot") {
    Resizer resizer(6, 1, 12, 2);
    const rv::FrameView ramp = resizer.resize(grey({0, 40, 80, 120, 160, 200}));
    // Pixel x of the large picture lies at (x + 0.5) / 2 - 0.5 of the small one; Catmull-Rom reproduces
    // lines.
    for (int x = 3; x <= 8; ++x) CHECK(ramp.row(0)[x * 4] == static_cast<int>(((x + 0.5) / 2 - 0.5) * 40));
    const rv::FrameView edge = resizer.resize(grey({0, 0, 0, 255, 255, 255}));
    CHECK(edge.row(0)[4 * 4] == 0);
    CHECK(edge.row(0)[7 * 4] == 255);
}

TEST_CASE("[Resizer] takes factors that are no whole numbers, and shrinks without skipping a pixel") {
    Resizer wider(4, 1, 6, 1);
    const rv::FrameView ramp = wider.resize(grey({0, 60, 120, 180}));
    CHECK(ramp.width == 6);
    CHECK(ramp.row(0)[2 * 4] == 70);  // at (2.5 * 4 / 6) - 0.5 = 7 / 6 of the ramp
    Resizer smaller(32, 8, 8, 2);
    std::vector<std::uint8_t> stripes;  // every other column white: grey in any smaller picture
    for (int i = 0; i < 32 * 8; ++i) {
        const auto pixel = grey({i % 2 ? 255 : 0});
        stripes.insert(stripes.end(), pixel.begin(), pixel.end());
    }
    const rv::FrameView flat = smaller.resize(stripes);
    for (int x = 2; x < 6; ++x) CHECK(std::abs(flat.row(1)[x * 4] - 127) <= 2);
}

TEST_CASE("[Resizer] picks the largest whole factor that fits") {
    CHECK(enlargement_for(128, 768) == 6);
    CHECK(enlargement_for(64, 640) == 10);
    CHECK(enlargement_for(500, 768) == 1);
    CHECK(enlargement_for(1920, 768) == 1);
}
