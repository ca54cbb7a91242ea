#include <doctest/doctest.h>

#include "ui/view_projection.h"

using rv::CameraPose;
using rv::Intrinsics;
using rv::ui::ViewProjection;

namespace {

constexpr float kPi = 3.14159265f;

// 90 degrees from top to bottom, drawn twice as large with a corner at (100, 50).
ViewProjection square_view(const CameraPose& pose = {}) {
    return {pose, Intrinsics::from_vertical_fov(200, 100, kPi / 2), {100, 50}, {400, 200}};
}

}  // namespace

TEST_CASE("[ViewProjection] puts points where the picture has them") {
    const ViewProjection view = square_view();
    const auto ahead = view.point({0, 0, -5});
    REQUIRE(ahead);
    CHECK(ahead->x == doctest::Approx(300));  // the middle
    CHECK(ahead->y == doctest::Approx(150));
    const auto top = view.point({0, 2, -2});  // 45 degrees up: the upper edge
    CHECK(top->y == doctest::Approx(50));
    CHECK(view.point({4, 0, -2})->x == doctest::Approx(500));  // the right edge
    CHECK_FALSE(view.point({0, 0, 1}));
}

TEST_CASE("[ViewProjection] follows the camera") {
    const ViewProjection view = square_view(CameraPose::from_yaw_pitch({3, 0, 0}, kPi / 2, 0));  // along x
    CHECK(view.point({9, 0, 0})->x == doctest::Approx(300));
    CHECK(view.point({5, 0, 2})->x == doctest::Approx(400));  // to the right of it
}

TEST_CASE("[ViewProjection] cuts lines before the camera") {
    const ViewProjection view = square_view();
    const auto whole = view.line({-1, 0, -2}, {1, 0, -2});
    REQUIRE(whole);
    CHECK((*whole)[0].x == doctest::Approx(250));
    CHECK((*whole)[1].x == doctest::Approx(350));
    const auto cut = view.line({0, -1, -4}, {0, -1, 4});
    REQUIRE(cut);
    CHECK((*cut)[0].y == doctest::Approx(175));
    CHECK((*cut)[1].y > 1000);  // right below the camera
    CHECK_FALSE(view.line({0, 0, 1}, {5, 0, 2}));
}
