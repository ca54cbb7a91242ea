#include <doctest/doctest.h>

#include <glm/geometric.hpp>

#include "engine/platform/free_camera.h"

using rv::CameraPose;
using rv::platform::FreeCamera;
using rv::platform::FreeCameraSpeed;
using rv::platform::Motion;

namespace {

constexpr FreeCameraSpeed kSpeed{.move_m_per_s = 2.0f, .turn_rad_per_s = 1.0f, .run_factor = 3.0f};

void check_near(glm::vec3 a, glm::vec3 b) {
    for (int i = 0; i < 3; ++i) CHECK(a[i] == doctest::Approx(b[i]).epsilon(1e-4));
}

}  // namespace

TEST_CASE("[FreeCamera] takes over where the ego is, without its roll") {
    FreeCamera camera(kSpeed);
    const CameraPose pose = CameraPose::from_yaw_pitch({1, 2, 3}, 0.7f, -0.3f);
    camera.start(pose);
    check_near(camera.pose().position, pose.position);
    check_near(camera.pose().forward(), pose.forward());

    CameraPose rolled = pose;
    rolled.orientation = rolled.orientation * glm::angleAxis(0.5f, glm::vec3(0, 0, 1));
    camera.start(rolled);
    check_near(camera.pose().forward(), pose.forward());
    CHECK(camera.pose().right().y == doctest::Approx(0).epsilon(1e-4));
}

TEST_CASE("[FreeCamera] moves by speed and time, along the view") {
    FreeCamera camera(kSpeed);
    camera.start({});
    check_near(camera.advance({.action = {.forward = 1}, .rise = 0}, 0.5f).position, {0, 0, -1});
    check_near(camera.advance({.action = {.sideways = 0.5f}, .rise = 0}, 1.0f).position, {1, 0, -1});
    check_near(camera.advance({.action = {}, .rise = -1}, 0.25f).position, {1, -0.5f, -1});
    check_near(camera.advance({.action = {.forward = -1, .run = 1}, .rise = 0}, 0.5f).position,
               {1, -0.5f, 2});
}

TEST_CASE("[FreeCamera] is not faster on diagonals") {
    FreeCamera camera(kSpeed);
    camera.start({});
    const CameraPose pose = camera.advance({.action = {.forward = 1, .sideways = 1}, .rise = 0}, 1.0f);
    CHECK(glm::length(pose.position) == doctest::Approx(2.0).epsilon(1e-4));
}

TEST_CASE("[FreeCamera] turns right for a positive turn and stops looking up short of the zenith") {
    FreeCamera camera(kSpeed);
    camera.start({});
    const CameraPose turned = camera.advance({.action = {.turn = 1}, .rise = 0}, 0.5f);
    check_near(turned.forward(), CameraPose::from_yaw_pitch({}, 0.5f, 0.0f).forward());
    CHECK(turned.forward().x > 0);
    for (int i = 0; i < 10; ++i) camera.advance({.action = {.look = 1}, .rise = 0}, 1.0f);
    CHECK(camera.pose().forward().y < 1.0f);
    CHECK(camera.pose().forward().y > 0.99f);
    check_near(camera.pose().right(), turned.right());
}
