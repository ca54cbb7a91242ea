#include <doctest/doctest.h>

#include <cmath>
#include <glm/geometric.hpp>

#include "engine/app/camera_path.h"
#include "engine/core/error.h"

using namespace rv::app;
using rv::CameraPose;

namespace {

constexpr float kPi = 3.14159265f;

CameraPose placed(float x, float y, float z) {
    return {{x, y, z}, {1, 0, 0, 0}};
}

CameraPose turned(float yaw_deg) {
    return CameraPose::from_yaw_pitch({}, yaw_deg * kPi / 180, 0);
}

float yaw_deg(const CameraPose& pose) {
    return std::atan2(pose.forward().x, -pose.forward().z) * 180 / kPi;
}

void check_near(glm::vec3 a, glm::vec3 b, float tolerance = 1e-4f) {
    INFO("(", a.x, ", ", a.y, ", ", a.z, ") and (", b.x, ", ", b.y, ", ", b.z, ")");
    CHECK(glm::distance(a, b) < tolerance);
}

void check_near(const CameraPose& a, const CameraPose& b) {
    check_near(a.position, b.position);
    check_near(a.forward(), b.forward());
    check_near(a.up(), b.up());
}

// The rate of turning between two moments, degrees a second.
float turning(const CameraPath& path, double from_s, double to_s) {
    const glm::quat turn = glm::conjugate(path.at(from_s).orientation) * path.at(to_s).orientation;
    return 2 * std::acos(std::min(1.0f, std::abs(turn.w))) * 180 / kPi / static_cast<float>(to_s - from_s);
}

}  // namespace

TEST_CASE("[CameraPath] passes every key at its time, and rests before and after") {
    const CameraPath path({{0, CameraPose::from_yaw_pitch({0, 0, 0}, 0, 0)},
                           {1, CameraPose::from_yaw_pitch({1, 2, -1}, 1, 0.3f)},
                           {2.5, CameraPose::from_yaw_pitch({5, 0, 2}, -1, -0.5f)},
                           {3, CameraPose::from_yaw_pitch({5, 1, 2}, 2, 0)}});
    for (const CameraPathKey& key : path.keys()) check_near(path.at(key.time_s), key.pose);
    check_near(path.at(-1), path.keys().front().pose);
    check_near(path.at(9), path.keys().back().pose);
    CHECK(path.duration_s() == 3);
}

TEST_CASE("[CameraPath] has constant speed on a line whose keys say so, however far apart they are") {
    const CameraPath path(
        {{0, placed(0, 0, 0)}, {1, placed(0, 0, -2)}, {4, placed(0, 0, -8)}, {4.5, placed(0, 0, -9)}});
    for (double t = 0; t <= 4.5; t += 0.1) check_near(path.at(t).position, {0, 0, -2 * t});
}

TEST_CASE("[CameraPath] is the curve of Catmull and Rom where keys are evenly spaced") {
    // Half-way, the textbook's weights are -1/16, 9/16, 9/16, -1/16.
    const CameraPath path(
        {{0, placed(0, 0, 0)}, {1, placed(1, 4, 0)}, {2, placed(2, 2, 6)}, {3, placed(7, 0, 0)}});
    check_near(path.at(1.5).position,
               {(-0 + 9 * 1 + 9 * 2 - 7) / 16.0f, (-0 + 9 * 4 + 9 * 2 - 0) / 16.0f, (9 * 6) / 16.0f});
    // Velocity at an inner key: half of what lies between its neighbours.
    check_near((path.at(1.001).position - path.at(0.999).position) / 0.002f, {1, 1, 3}, 0.01f);
}

TEST_CASE("[CameraPath] turns at a constant rate about one axis, and takes the shorter way") {
    const CameraPath steady({{0, turned(0)}, {1, turned(30)}, {3, turned(90)}});
    for (const double t : {0.5, 1.0, 2.0, 2.5}) CHECK(yaw_deg(steady.at(t)) == doctest::Approx(30 * t));

    const CameraPath across({{0, turned(170)}, {2, turned(-170)}});
    CHECK(std::abs(yaw_deg(across.at(1))) == doctest::Approx(180));
    CHECK(yaw_deg(across.at(0.5)) == doctest::Approx(175));

    // The same orientation with the other sign is the same orientation.
    CameraPose opposite = turned(30);
    opposite.orientation = -opposite.orientation;
    const CameraPath signs({{0, turned(0)}, {1, opposite}, {2, turned(60)}});
    CHECK(yaw_deg(signs.at(0.5)) == doctest::Approx(15));
    CHECK(yaw_deg(signs.at(1.5)) == doctest::Approx(45));
}

TEST_CASE("[CameraPath] turning has no jolt at a key") {
    const CameraPath path({{0, CameraPose::from_yaw_pitch({}, 0, 0)},
                           {1, CameraPose::from_yaw_pitch({}, 0.8f, 0.4f)},
                           {1.5, CameraPose::from_yaw_pitch({}, 1.0f, -0.2f)},
                           {3, CameraPose::from_yaw_pitch({}, -0.4f, 0)}});
    for (const double key : {1.0, 1.5})
        CHECK(turning(path, key - 0.01, key) ==
              doctest::Approx(turning(path, key, key + 0.01)).epsilon(0.05));
}

TEST_CASE("[CameraPath] one key is a camera that rests") {
    CameraPath path;
    CHECK(path.empty());
    CHECK(path.frame_count(15) == 0);
    path.add(placed(1, 2, 3));
    CHECK(path.duration_s() == 0);
    CHECK(path.frame_count(15) == 1);
    check_near(path.at(7).position, {1, 2, 3});
}

TEST_CASE("[CameraPath] is sampled at any rate with the same speed") {
    const CameraPath path({{0, placed(0, 0, 0)}, {2, placed(0, 0, -3)}});
    CHECK(path.frame_count(15) == 31);  // both ends
    CHECK(path.frame_count(60) == 121);
    CHECK(path.frame_count(10.0 / 3) == 7);
    const auto slow = path.sampled(15), fast = path.sampled(60);
    REQUIRE(fast.size() == 121);
    for (std::size_t i = 0; i < slow.size(); ++i) check_near(slow[i], fast[i * 4]);
    check_near(fast.back().position, {0, 0, -3});
}

TEST_CASE("[CameraPath] a new key comes as late as the free camera would be there") {
    CameraPath path;
    path.add(placed(0, 0, 0));
    path.add(placed(0, 0, -0.1f));  // at least a second
    CHECK(path.duration_s() == doctest::Approx(1));
    path.add(placed(0, 0, -6.1f));  // 6 m at 1.5 m/s
    CHECK(path.duration_s() == doctest::Approx(5));
    path.add({{0, 0, -6.1f}, turned(144.4f).orientation});  // 2.52 rad at 1.26 rad/s
    CHECK(path.duration_s() == doctest::Approx(7).epsilon(0.02));
}

TEST_CASE("[CameraPath] keys are retimed and removed, and the others keep their distance") {
    CameraPath path({{3, placed(0, 0, 0)}, {4, placed(1, 0, 0)}, {6, placed(2, 0, 0)}});
    CHECK(path.keys()[0].time_s == 0);
    path.retime(1, 2.5);
    CHECK(path.keys()[1].time_s == doctest::Approx(2.5));
    CHECK(path.keys()[2].time_s == doctest::Approx(4.5));
    path.retime(2, -7);  // never before the key before it
    CHECK(path.keys()[2].time_s == doctest::Approx(2.5 + CameraPath::kShortestLeg));
    path.set_duration(5.2);
    CHECK(path.keys()[1].time_s == doctest::Approx(5));
    CHECK(path.duration_s() == doctest::Approx(5.2));
    path.remove(0);
    CHECK(path.keys()[0].time_s == 0);
    CHECK(path.duration_s() == doctest::Approx(0.2));
    path.remove(0);
    path.remove(0);
    CHECK(path.empty());
}

TEST_CASE("[CameraPath] refuses keys that do not follow each other") {
    CHECK_THROWS_WITH_AS(CameraPath({{0, {}}, {1, {}}, {1, {}}}),
                         "key 3 of the camera path does not come after the one before it", rv::UsageError);
    CHECK_THROWS_AS(CameraPath({{0, {}}, {90'000, {}}}), rv::UsageError);
}
