#include <doctest/doctest.h>

#include <glm/gtc/constants.hpp>
#include <glm/vec4.hpp>
#include <initializer_list>

#include "engine/core/camera.h"

using namespace rv;

TEST_CASE("[CameraPose] yaw grows to the right and pitch up") {
    const CameraPose right = CameraPose::from_yaw_pitch({1, 2, 3}, glm::half_pi<float>(), 0);
    CHECK(right.forward().x == doctest::Approx(1));
    const CameraPose up = CameraPose::from_yaw_pitch({}, 0, 0.5f);
    CHECK(up.forward().y > 0);
}

TEST_CASE("[CameraPose] tells the yaw and pitch that it was made from") {
    for (const float yaw : {-3.0f, -0.4f, 0.0f, 2.5f}) {
        for (const float pitch : {-1.4f, 0.0f, 0.7f}) {
            const CameraPose pose = CameraPose::from_yaw_pitch({1, 2, 3}, yaw, pitch);
            CHECK(pose.yaw() == doctest::Approx(yaw).epsilon(1e-4));
            CHECK(pose.pitch() == doctest::Approx(pitch).epsilon(1e-4));
        }
    }
}

TEST_CASE("[CameraPose] relative undoes composition") {
    const CameraPose a = CameraPose::from_yaw_pitch({1, 2, 3}, 0.3f, 0.1f);
    const CameraPose b = CameraPose::from_yaw_pitch({-2, 1, 5}, -1.2f, 0.4f);
    const CameraPose again = a * relative(a, b);
    CHECK(glm::length(again.position - b.position) < 1e-5f);
    CHECK(glm::length(again.forward() - b.forward()) < 1e-5f);
    const glm::mat4 identity = a.camera_to_world() * a.world_to_camera();
    CHECK(identity[3][0] == doctest::Approx(0).epsilon(1e-5));
}

TEST_CASE("[Intrinsics] projection sends a pixel's ray back to that pixel") {
    const Intrinsics k = Intrinsics::from_vertical_fov(128, 72, 1.0f);
    const float depth = 3.0f, u = 20.5f, v = 60.5f;
    const glm::vec4 point((u - k.cx) / k.fx * depth, -(v - k.cy) / k.fy * depth, -depth, 1);
    glm::vec4 clip = k.vulkan_projection(0.1f, 100.0f) * point;
    clip /= clip.w;
    CHECK((clip.x * 0.5f + 0.5f) * 128 == doctest::Approx(u));
    CHECK((clip.y * 0.5f + 0.5f) * 72 == doctest::Approx(v));
    CHECK(clip.z > 0);
    CHECK(clip.z < 1);
}
