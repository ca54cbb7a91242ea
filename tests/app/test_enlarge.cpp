#include <doctest/doctest.h>

#include <vector>

#include "engine/app/enlarge.h"

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

TEST_CASE("[Enlarger] by one gives the same picture") {
    Enlarger enlarger(3, 2, 1);
    const auto picture = grey({0, 10, 255, 77, 128, 3});
    const rv::FrameView large = enlarger.enlarge(picture);
    CHECK(large.width == 3);
    CHECK(large.height == 2);
    CHECK(std::vector<std::uint8_t>(large.rgba, large.rgba + picture.size()) == picture);
}

TEST_CASE("[Enlarger] keeps flat pictures flat and opaque") {
    Enlarger enlarger(2, 2, 5);
    const rv::FrameView large = enlarger.enlarge(grey({200, 200, 200, 200}));
    CHECK(large.width == 10);
    CHECK(large.height == 10);
    for (int y = 0; y < large.height; ++y)
        for (int x = 0; x < large.width; ++x) {
            CHECK(large.row(y)[x * 4] == 200);
            CHECK(large.row(y)[x * 4 + 3] == 255);
        }
}

TEST_CASE("[Enlarger] follows a ramp exactly away from the borders, and clamps overshoot") {
    Enlarger enlarger(6, 1, 2);
    const rv::FrameView ramp = enlarger.enlarge(grey({0, 40, 80, 120, 160, 200}));
    // Pixel x of the large picture lies at (x + 0.5) / 2 - 0.5 of the small one; Catmull-Rom reproduces
    // lines.
    for (int x = 3; x <= 8; ++x) CHECK(ramp.row(0)[x * 4] == static_cast<int>(((x + 0.5) / 2 - 0.5) * 40));
    const rv::FrameView edge = enlarger.enlarge(grey({0, 0, 0, 255, 255, 255}));
    CHECK(edge.row(0)[4 * 4] == 0);
    CHECK(edge.row(0)[7 * 4] == 255);
}

TEST_CASE("[Enlarger] picks the largest whole factor that fits") {
    CHECK(enlargement_for(128, 768) == 6);
    CHECK(enlargement_for(64, 640) == 10);
    CHECK(enlargement_for(500, 768) == 1);
    CHECK(enlargement_for(1920, 768) == 1);
}
