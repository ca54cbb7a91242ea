#include <doctest/doctest.h>

#include <cmath>

#include "world_model/evaluation/camera_motion.h"
#include "world_model/evaluation/epipolar.h"
#include "world_model/numerics.h"

using namespace rv;
using namespace rv::world_model;

namespace {

// Where a camera at `pose` sees a point of the world.
glm::dvec2 seen(glm::vec3 point, const CameraPose& pose, const Intrinsics& K) {
    const glm::vec3 p = glm::conjugate(pose.orientation) * (point - pose.position);
    return {K.cx + K.fx * p.x / -p.z, K.cy - K.fy * p.y / -p.z};
}

}  // namespace

TEST_CASE(
    "[fundamental_matrix] points at rest lie on their epipolar lines, and not on those of another motion") {
    const Intrinsics K = Intrinsics::from_vertical_fov(128, 72, 0.96f);
    const CameraPose motion = CameraPose::from_yaw_pitch({0.1f, 0.02f, -0.4f}, 0.05f, -0.02f);
    const CameraPose other = CameraPose::from_yaw_pitch({0.4f, 0, 0.1f}, 0.05f, -0.02f);
    double worst = 0, mistaken = 0;
    for (const glm::vec3 p : {glm::vec3(1, 0.5f, -4), glm::vec3(-2, -1, -6), glm::vec3(0.5f, 1, -3)}) {
        const Match match{seen(p, {}, K), seen(p, motion, K)};
        worst = std::max(worst, sampson_px(match, fundamental_matrix(motion, K)));
        mistaken = std::max(mistaken, sampson_px(match, fundamental_matrix(other, K)));
    }
    CHECK(worst < 1e-3);
    CHECK(mistaken > 1);
}

TEST_CASE("[sampson_px] two pixels off a horizontal epipolar line are shared by both ends: the root of two") {
    const Intrinsics K = Intrinsics::from_vertical_fov(128, 72, 0.96f);
    const glm::dmat3 F = fundamental_matrix({{0.3f, 0, 0}, glm::quat(1, 0, 0, 0)}, K);
    CHECK(sampson_px({{20, 30}, {14, 30}}, F) == doctest::Approx(0).epsilon(1e-6));
    CHECK(sampson_px({{20, 30}, {14, 32}}, F) == doctest::Approx(std::sqrt(2.0)).epsilon(1e-6));
}

TEST_CASE("[match_corners] finds how far a picture was shifted") {
    const auto noise = torch::rand({1, 3, 24, 40}, generator_for(1, 0)) * 2 - 1;
    const auto wall = torch::upsample_bicubic2d(noise, {96, 160}, false)[0].clamp(-1, 1);
    const auto a = wall.slice(1, 10, 82).slice(2, 10, 138), b = wall.slice(1, 11, 83).slice(2, 7, 135);
    const auto matches = match_corners(a, b);
    REQUIRE(matches.size() >= 8);
    for (const Match& match : matches) {
        CHECK(match.b.x - match.a.x == doctest::Approx(3).epsilon(0.1));
        CHECK(match.b.y - match.a.y == doctest::Approx(-1).epsilon(0.2));
    }
    CHECK_FALSE(median_sampson_px({matches.begin(), matches.begin() + 7}, glm::dmat3(1)).has_value());
}

TEST_CASE("[rotation_deg] small and large turns, whichever sign the quaternion has") {
    const CameraPose turn = CameraPose::from_yaw_pitch({}, 0.5f, 0);
    CHECK(rotation_deg(turn) == doctest::Approx(0.5 * 180 / M_PI).epsilon(1e-4));
    CHECK(rotation_deg({{}, -turn.orientation}) == doctest::Approx(0.5 * 180 / M_PI).epsilon(1e-4));
    CHECK(rotation_deg({}) == 0);
}
