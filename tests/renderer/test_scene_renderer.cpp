#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <glm/geometric.hpp>
#include <glm/gtc/matrix_transform.hpp>
#include <string>
#include <vector>

#include "engine/asset/image.h"
#include "engine/asset/mesh_builder.h"
#include "engine/core/error.h"
#include "reference_scene.h"
#include "renderer/buffer.h"
#include "renderer/scene_constants.h"
#include "renderer/scene_renderer.h"

using namespace rv;
using namespace rv::renderer;
using namespace rv::renderer::test;

namespace {

const Intrinsics kSmall = Intrinsics::from_vertical_fov(96, 54, 1.0f);

/// Draws with validation on, and asserts in the end that the layers were silent.
struct Bench {
    Device device{{.validation = Validation::On}};
    SceneRenderer renderer{device};
    ~Bench() { CHECK(device.validation_messages() == 0); }

    SceneMaps draw(const asset::Scene& scene, const CameraPose& pose = {}, const Intrinsics& in = kSmall) {
        return renderer.draw(scene, pose, in);
    }
};

/// Maps that outlive the next draw.
struct Copy {
    explicit Copy(const SceneMaps& maps)
        : rgba(maps.rgba.begin(), maps.rgba.end()),
          depth(maps.depth_m.begin(), maps.depth_m.end()),
          normals(maps.normals.begin(), maps.normals.end()),
          segmentation(maps.segmentation.begin(), maps.segmentation.end()) {}
    bool operator==(const Copy&) const = default;

    std::vector<std::uint8_t> rgba;
    std::vector<float> depth;
    std::vector<std::int8_t> normals;
    std::vector<std::uint8_t> segmentation;
};

std::size_t pixel(const SceneMaps& maps, int x, int y) {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(maps.width) + static_cast<std::size_t>(x);
}

glm::vec3 normal_at(const SceneMaps& maps, std::size_t i) {
    return glm::vec3(maps.normals[4 * i], maps.normals[4 * i + 1], maps.normals[4 * i + 2]) / 127.0f;
}

double mean_color(const SceneMaps& maps, std::uint8_t segment) {
    double sum = 0.0, count = 0.0;
    for (std::size_t i = 0; i < maps.segmentation.size(); ++i) {
        if (maps.segmentation[i] != segment) continue;
        for (std::size_t c = 0; c < 3; ++c) sum += maps.rgba[4 * i + c];
        count += 3.0;
    }
    return count > 0.0 ? sum / count : 0.0;
}

}  // namespace

TEST_CASE("[SceneRenderer] puts a known cube at its place in all four maps") {
    Bench bench;
    const SceneMaps maps = bench.draw(cube({0, 0, -6}));  // its near face is 5 m before the camera
    const std::size_t center = pixel(maps, 48, 27);
    CHECK(maps.depth_m[center] == doctest::Approx(5.0).epsilon(1e-4));
    CHECK(maps.segmentation[center] == 7);
    CHECK(glm::distance(normal_at(maps, center), glm::vec3(0, 0, 1)) < 0.02f);
    CHECK(maps.rgba[4 * center + 3] == 255);

    // Its edge lies at fx * 1 m / 5 m from the middle of the picture.
    const int edge = 48 + static_cast<int>(std::lround(kSmall.fx / 5.0f));
    CHECK(maps.segmentation[pixel(maps, edge - 2, 27)] == 7);
    CHECK(maps.segmentation[pixel(maps, edge + 1, 27)] == 0);

    const std::size_t sky = pixel(maps, 2, 2);
    CHECK(maps.depth_m[sky] == kFarPlane);
    CHECK(maps.segmentation[sky] == 0);
    CHECK(normal_at(maps, sky) == glm::vec3(0));
}

TEST_CASE("[SceneRenderer] depth is along the view axis, for turned cameras and shifted centres too") {
    Bench bench;
    // A wall 4 m before a camera that looks along +x: the same depth from edge to edge.
    asset::Scene scene = cube({0, 0, 0});
    scene.instances[0].transform =
        glm::scale(glm::translate(glm::mat4(1.0f), {4.5f, 0, 0}), glm::vec3(0.5f, 50, 50));
    const CameraPose pose = CameraPose::from_yaw_pitch({0, 0, 0}, glm::radians(90.0f), 0.0f);
    Intrinsics in = kSmall;
    in.cx += 20.0f;
    const SceneMaps maps = bench.draw(scene, pose, in);
    for (const float depth : maps.depth_m) REQUIRE(depth == doctest::Approx(4.0).epsilon(1e-3));
    // Scale differs by axis; the normal must not lean.
    CHECK(glm::distance(normal_at(maps, pixel(maps, 5, 5)), glm::vec3(-1, 0, 0)) < 0.02f);

    // A small cube 2 m up and 3 m to the right appears where the pinhole model says.
    const SceneMaps small = bench.draw(cube({3, 2, -11}), {}, in);
    const int u = static_cast<int>(in.cx + in.fx * 3.0f / 10.0f),
              v = static_cast<int>(in.cy - in.fy * 2.0f / 10.0f);
    CHECK(small.segmentation[pixel(small, u, v)] == 7);
    CHECK(small.depth_m[pixel(small, u, v)] == doctest::Approx(10.0).epsilon(1e-3));
}

TEST_CASE("[SceneRenderer] the nearer of two things hides the other, whatever their order") {
    Bench bench;
    asset::Scene scene = cube({0, 0, -6});
    scene.instances.push_back(scene.instances[0]);
    scene.instances[1].transform = glm::translate(glm::mat4(1.0f), {0, 0, -9});
    scene.instances[1].segment = 9;
    for (int order = 0; order < 2; ++order) {
        const SceneMaps maps = bench.draw(scene);
        CHECK(maps.segmentation[pixel(maps, 48, 27)] == 7);
        std::swap(scene.instances[0], scene.instances[1]);
    }
}

TEST_CASE("[SceneRenderer] the same scene gives the same bits, also from another renderer") {
    Bench first, second;
    for (const Mood mood : {Mood::Noon, Mood::Night, Mood::Rain, Mood::Snow}) {
        const asset::Scene scene = landscape(mood);
        const Copy once(first.draw(scene, landscape_camera()));
        first.draw(landscape(Mood::Fog), {}, Intrinsics::from_vertical_fov(40, 30, 1.0f));
        CHECK(Copy(first.draw(scene, landscape_camera())) == once);
        CHECK(Copy(second.draw(scene, landscape_camera())) == once);
    }
}

TEST_CASE("[SceneRenderer] time moves rain and snow and nothing else but the clouds") {
    Bench bench;
    asset::Scene scene = landscape(Mood::Snow);
    const Copy before(bench.draw(scene, landscape_camera()));
    scene.time_s += 1.0f / 15.0f;
    const Copy after(bench.draw(scene, landscape_camera()));
    CHECK(after.rgba != before.rgba);
    CHECK(after.depth == before.depth);
    CHECK(after.normals == before.normals);
    CHECK(after.segmentation == before.segmentation);
}

TEST_CASE("[SceneRenderer] a thing in the sun throws a shadow where the sun's rays say") {
    Bench bench;
    SceneRenderer plain(bench.device, {.shadows = false}), shadowed(bench.device);
    // A wide floor at y = 0, a cube that floats at 3 m, the sun straight above.
    asset::Scene scene = cube({0, -1, 0}, glm::vec3(0.3f));
    scene.instances[0].transform = glm::scale(scene.instances[0].transform, glm::vec3(30, 1, 30));
    scene.instances[0].segment = kGround;
    scene.instances.push_back(
        {.mesh = 0, .transform = glm::translate(glm::mat4(1.0f), {0, 3, -8}), .segment = 7});
    scene.atmosphere.sun_direction = {0, 1, 0};
    const CameraPose pose = CameraPose::from_yaw_pitch({0, 1.7f, 0}, 0.0f, -0.1f);
    const auto brightness = [&](const SceneMaps& maps, glm::vec3 point) {
        const glm::vec4 clip =
            kSmall.vulkan_projection(0.1f, 100.0f) * pose.world_to_camera() * glm::vec4(point, 1.0f);
        const int x = static_cast<int>((clip.x / clip.w * 0.5f + 0.5f) * 96.0f);
        const int y = static_cast<int>((clip.y / clip.w * 0.5f + 0.5f) * 54.0f);
        return static_cast<int>(maps.rgba[4 * pixel(maps, x, y) + 1]);
    };
    const glm::vec3 below(0, 0, -8), beside(3, 0, -8);
    const SceneMaps bright = plain.draw(scene, pose, kSmall);
    CHECK(std::abs(brightness(bright, below) - brightness(bright, beside)) < 6);
    const SceneMaps maps = shadowed.draw(scene, pose, kSmall);
    CHECK(brightness(maps, below) < brightness(maps, beside) - 30);
    CHECK(std::abs(brightness(maps, beside) - brightness(bright, beside)) < 6);
}

TEST_CASE("[SceneRenderer] shadows do not depend on the frames before") {
    Bench bench;
    SceneRenderer walked(bench.device, {.shadows = true});
    asset::Scene scene = landscape(Mood::Noon);
    CameraPose pose = landscape_camera();
    for (int i = 0; i < 6; ++i) {  // a tree slides and the camera walks: both maps are in use
        scene.instances[5].transform[3].x += 0.3f;
        pose.position.z -= 2.0f;
        const Copy now(walked.draw(scene, pose, kSmall));
        SceneRenderer fresh(bench.device, {.shadows = true});
        REQUIRE(Copy(fresh.draw(scene, pose, kSmall)) == now);
    }
}

TEST_CASE("[SceneRenderer] an empty scene is all sky") {
    Bench bench;
    const SceneMaps maps = bench.draw({});
    CHECK(std::ranges::all_of(maps.depth_m, [](float d) { return d == kFarPlane; }));
    CHECK(std::ranges::all_of(maps.segmentation, [](std::uint8_t s) { return s == 0; }));
    CHECK(bench.renderer.statistics().draw_calls == 0);
}

TEST_CASE("[SceneRenderer] multiplies a texture with the vertex colour") {
    Bench bench;
    asset::Scene scene = cube({0, 0, -4}, glm::vec3(1.0f));
    scene.meshes[0].vertices[0].uv = {0.5f, 0.5f};
    for (int layer = 0; layer < 2; ++layer) {
        asset::Texture texture{8, {}};
        for (int i = 0; i < 64; ++i) {
            const std::uint8_t texel[4] = {static_cast<std::uint8_t>(layer == 0 ? 220 : 0), 0,
                                           static_cast<std::uint8_t>(layer == 1 ? 220 : 0), 255};
            texture.rgba.insert(texture.rgba.end(), std::begin(texel), std::end(texel));
        }
        scene.textures.push_back(texture);
    }
    for (int layer = 0; layer < 2; ++layer) {
        scene.instances[0].texture = layer;
        const SceneMaps maps = bench.draw(scene);
        const std::size_t center = 4 * pixel(maps, 48, 27);
        const int red = maps.rgba[center], green = maps.rgba[center + 1], blue = maps.rgba[center + 2];
        CHECK(green < 10);
        CHECK((layer == 0 ? red : blue) > 80);
        CHECK((layer == 0 ? blue : red) < 10);
    }
    scene.textures[1].size = 4;
    scene.revision = 2;
    CHECK_THROWS_AS(bench.draw(scene), UsageError);
}

TEST_CASE("[SceneRenderer] refuses a mesh whose indices lead outside") {
    Bench bench;
    asset::Scene scene = cube({0, 0, -4});
    scene.meshes[0].indices[3] = 1000;
    CHECK_THROWS_AS(bench.draw(scene), UsageError);
}

TEST_CASE("[SceneRenderer] weather and light change the picture as they should") {
    Bench bench;
    const auto ground = [&](asset::Scene scene, auto change) {
        change(scene);
        return mean_color(bench.draw(scene, landscape_camera()), kGround);
    };
    const asset::Scene noon = landscape(Mood::Noon);
    const double plain = ground(noon, [](auto&) {});
    CHECK(ground(noon, [](auto& s) { s.atmosphere.snow_cover = 1.0f; }) > plain + 10);
    CHECK(ground(noon, [](auto& s) { s.atmosphere.wetness = 1.0f; }) < plain - 2);
    CHECK(ground(noon, [](auto& s) { s.atmosphere.exposure = 0.5f; }) < plain - 10);
    CHECK(ground(noon, [](auto& s) { s.atmosphere.sun_color = glm::vec3(0); }) < plain - 10);

    const asset::Scene night = landscape(Mood::Night);
    const double lit = ground(night, [](auto&) {});
    CHECK(ground(night, [](auto& s) { s.lamps.clear(); }) < lit - 5);

    // Dense fog: far things take its colour.
    asset::Scene fog = cube({0, 0, -200}, glm::vec3(0));
    fog.instances[0].transform = glm::scale(fog.instances[0].transform, glm::vec3(50, 50, 1));
    fog.atmosphere.fog_density_per_m = 0.05f;
    fog.atmosphere.fog_color = glm::vec3(0.5f);
    const SceneMaps maps = bench.draw(fog);
    const int shown = maps.rgba[4 * pixel(maps, 48, 27)];
    CHECK(shown == doctest::Approx(188).epsilon(0.02));  // linear 0.5 as sRGB
}

TEST_CASE("[SceneRenderer] edges are smooth in the colour map and crisp in the others") {
    Bench bench;
    asset::Scene scene = cube({0, 0, -6}, glm::vec3(0.0f));
    scene.instances[0].transform = glm::rotate(scene.instances[0].transform, 0.3f, {0, 0, 1});
    const SceneMaps maps = bench.draw(scene);
    int between = 0;
    for (std::size_t i = 0; i < maps.segmentation.size(); ++i) {
        CHECK((maps.segmentation[i] == 0 || maps.segmentation[i] == 7));
        CHECK((maps.depth_m[i] == kFarPlane || maps.depth_m[i] < 8.0f));
        const int green = maps.rgba[4 * i + 1];
        between += green > 30 && green < 150;
    }
    CHECK(between > 20);
}

TEST_CASE("[SceneRenderer] looks like its golden pictures") {
    // REVERIE_UPDATE_GOLDEN=1 writes them anew; look at them before committing.
    const std::filesystem::path folder = "tests/renderer/golden";
    const char* names[] = {"noon", "dusk", "night", "fog", "rain", "snow"};
    Bench bench;
    for (int mood = 0; mood < 6; ++mood) {
        const auto file = folder / (std::string(names[mood]) + ".png");
        CAPTURE(file.string());
        const SceneMaps maps = bench.draw(landscape(static_cast<Mood>(mood)), landscape_camera());
        if (std::getenv("REVERIE_UPDATE_GOLDEN") != nullptr) asset::save_png(file, maps.frame());
        const asset::Image golden = asset::load_image(file);
        REQUIRE(golden.width == maps.width);
        REQUIRE(golden.height == maps.height);
        double sum = 0.0;
        int far_off = 0;
        for (std::size_t i = 0; i < maps.rgba.size(); ++i) {
            const int difference = std::abs(maps.rgba[i] - golden.rgba[i]);
            sum += difference;
            far_off += difference > 24;
        }
        MESSAGE(std::string(names[mood])
                << ": mean difference " << sum / static_cast<double>(maps.rgba.size()) << ", far off "
                << far_off);
        CHECK(sum / static_cast<double>(maps.rgba.size()) < 1.5);
        CHECK(far_off <
              static_cast<int>(maps.rgba.size() / 100));  // drivers may cover single pixels differently
    }
}

TEST_CASE("[SceneRenderer] draws the same bits into buffers of the caller's, draw after draw") {
    Bench bench;
    constexpr VkDeviceSize kBytes = 96 * 54 * 4;
    const auto buffer = [&] {
        return Buffer(bench.device, {kBytes, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, MemoryDomain::Readback});
    };
    const Buffer rgba = buffer(), depth = buffer(), normals = buffer(), segments = buffer();
    const SceneMapBuffers maps{rgba.handle(), depth.handle(), normals.handle(), segments.handle()};
    for (const glm::vec3 place : {glm::vec3(0, 0, -6), glm::vec3(1, 0, -9)}) {
        const asset::Scene scene = cube(place);
        const Copy wanted(bench.draw(scene));
        bench.renderer.draw_into(maps, cube({0, 0, -4}), {}, kSmall);  // overtaken before anybody waits
        bench.device.wait(bench.renderer.draw_into(maps, scene, {}, kSmall));
        CHECK(std::ranges::equal(rgba.as<std::uint8_t>(), wanted.rgba));
        CHECK(std::ranges::equal(depth.as<float>(), wanted.depth));
        CHECK(std::ranges::equal(normals.as<std::int8_t>(), wanted.normals));
        CHECK(std::ranges::equal(segments.as<std::uint32_t>(), wanted.segmentation));
    }
}
