#include <doctest/doctest.h>

#include <cmath>

#include "engine/core/action.h"
#include "engine/core/frame_view.h"

using namespace rv;

TEST_CASE("[Action] clamping keeps axes in range, makes buttons binary and drops NaN") {
    const Action a = clamped({2, -3, std::nanf(""), 0.5f, 0.7f, 0.2f});
    CHECK(a == Action{1, -1, 0, 0.5f, 1, 0});
    CHECK(Action::from_values(a.values()) == a);
}

TEST_CASE("[FrameView] digest sees the pixels and not the padding") {
    std::uint8_t tight[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    std::uint8_t padded[24] = {1, 2, 3, 4, 5, 6, 7, 8, 99, 99, 99, 99, 9, 10, 11, 12, 13, 14, 15, 16, 98, 98, 98, 98};
    CHECK(digest({tight, 2, 2, 8}) == digest({padded, 2, 2, 12}));
    tight[5] ^= 1;
    CHECK(digest({tight, 2, 2, 8}) != digest({padded, 2, 2, 12}));
}
