#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <glm/gtc/matrix_transform.hpp>
#include <iostream>

#include "engine/asset/image.h"
#include "reference_scene.h"
#include "renderer/scene_constants.h"
#include "renderer/scene_renderer.h"

using namespace rv;
using namespace rv::renderer;
using namespace rv::renderer::test;

namespace {

const char* kMoodNames[] = {"noon", "dusk", "night", "fog", "rain", "snow"};

}  // namespace

TEST_CASE("[SceneRenderer] speed and pictures by hand" * doctest::skip()) {
    Device device;
    SceneRenderer renderer(device);
    const std::filesystem::path out =
        std::getenv("REVERIE_PICTURES") ? std::getenv("REVERIE_PICTURES") : "/tmp";
    for (const auto [width, height] : {std::pair{128, 72}, std::pair{640, 360}, std::pair{1280, 720}}) {
        for (int mood = 0; mood < 6; ++mood) {
            const asset::Scene scene = landscape(static_cast<Mood>(mood), 12, 90);
            const Intrinsics in = Intrinsics::from_vertical_fov(width, height, 1.05f);
            CameraPose pose = landscape_camera();
            const SceneMaps maps = renderer.draw(scene, pose, in);
            asset::save_png(out / (std::string(kMoodNames[mood]) + "_" + std::to_string(width) + ".png"),
                            maps.frame());
            const int frames = width > 1000 ? 10 : 200;
            const auto begin = std::chrono::steady_clock::now();
            for (int i = 0; i < frames; ++i) {
                pose.position.z -= 0.01f;
                renderer.draw(scene, pose, in);
            }
            const double s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
            std::cout << width << "x" << height << " " << kMoodNames[mood] << ": " << frames / s
                      << " frames/s, " << renderer.statistics().triangles << " triangles, "
                      << renderer.statistics().instances << " instances\n";
        }
    }
}
