#include <doctest/doctest.h>

#include <glm/gtc/matrix_transform.hpp>

#include "engine/core/camera.h"
#include "reference_scene.h"
#include "renderer/draw_list.h"

using namespace rv;
using namespace rv::renderer;

namespace {

const Intrinsics kView = Intrinsics::from_vertical_fov(100, 100, glm::radians(90.0f));
const glm::mat4 kReversed = kView.vulkan_projection(1000.0f, 0.1f);

}  // namespace

TEST_CASE("[Frustum] keeps what is in view and what touches its border") {
    const Frustum frustum(kReversed);
    CHECK(frustum.touches({{0, 0, -5}, 1}));
    CHECK(!frustum.touches({{0, 0, 5}, 1}));
    CHECK(frustum.touches({{0, 0, 0.5f}, 1}));
    CHECK(!frustum.touches({{20, 0, -5}, 1}));
    CHECK(frustum.touches({{6, 0, -5}, 1}));   // 0.7 m outside the plane, radius 1
    CHECK(!frustum.touches({{7, 0, -5}, 1}));  // 1.4 m outside
    CHECK(!frustum.touches({{0, 0, -1200}, 10}));
}

TEST_CASE("[bounding_sphere] holds every vertex, also scaled and moved") {
    const asset::Scene scene = test::landscape(test::Mood::Noon);
    glm::mat4 m = glm::translate(glm::mat4(1.0f), {3, -2, 5});
    m = glm::scale(glm::rotate(m, 0.7f, {1, 2, 3}), {2, 0.5f, 1});
    for (const asset::Mesh& mesh : scene.meshes) {
        const BoundingSphere sphere = transformed(bounding_sphere(mesh), m);
        for (const asset::Vertex& v : mesh.vertices) {
            const auto p = glm::vec3(m * glm::vec4(v.position, 1.0f));
            REQUIRE(glm::distance(p, sphere.center) <= sphere.radius * 1.0001f);
        }
    }
}

TEST_CASE("[DrawListBuilder] groups instances by mesh, nearest first, and drops what is behind") {
    asset::Scene scene = test::cube({0, 0, -10});
    scene.meshes.push_back(scene.meshes[0]);
    const auto add = [&](std::uint32_t mesh, float z, std::int32_t texture) {
        scene.instances.push_back({.mesh = mesh,
                                   .texture = texture,
                                   .transform = glm::translate(glm::mat4(1.0f), {0, 0, z}),
                                   .segment = static_cast<std::uint8_t>(-z)});
    };
    add(1, -5, asset::kNoTexture);
    add(0, -3, asset::kNoTexture);
    add(0, +3, asset::kNoTexture);  // behind
    add(1, -20, 2);
    const std::vector<BoundingSphere> spheres = {bounding_sphere(scene.meshes[0]),
                                                 bounding_sphere(scene.meshes[1])};
    DrawListBuilder builder;
    const DrawList& list = builder.build(scene, spheres, kReversed, {0, 0, 0});
    REQUIRE(list.groups.size() == 3);
    CHECK(list.groups[0].mesh == 0);
    CHECK(list.groups[0].count == 2);
    CHECK(list.groups[1].mesh == 1);
    CHECK(!list.groups[1].textured);
    CHECK(list.groups[2].textured);
    CHECK(list.instances.size() == 4);
    CHECK(list.instances[0].segment_texture == 3u);  // the cube at 3 m
    CHECK(list.instances[3].segment_texture == (20u | 2u << 8));
    CHECK(list.triangles == 4 * 12);
}
