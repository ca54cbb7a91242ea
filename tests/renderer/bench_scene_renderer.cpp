// Measures the renderer and writes pictures to look at:
//   REVERIE_PICTURES=/tmp LP_NUM_THREADS=0 tests_renderer --no-skip --test-case="*by hand*"
#include <doctest/doctest.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <string>

#include "engine/asset/image.h"
#include "engine/core/clock.h"
#include "reference_scene.h"
#include "renderer/scene_renderer.h"

using namespace rv;
using namespace rv::renderer;
using namespace rv::renderer::test;

TEST_CASE("[SceneRenderer] speed and pictures, by hand" * doctest::skip()) {
    struct Size {
        int width, height, frames;
    };
    const char* names[] = {"noon", "dusk", "night", "fog", "rain", "snow"};
    Device device;
    SceneRenderer renderer(device, {.shadows = std::getenv("REVERIE_NO_SHADOWS") == nullptr});
    for (const Size size : {Size{128, 72, 200}, Size{1280, 720, 2}}) {
        for (int mood = 0; mood < 6; ++mood) {
            const asset::Scene scene = landscape(static_cast<Mood>(mood), 12, 90);
            const Intrinsics in = Intrinsics::from_vertical_fov(size.width, size.height, 1.05f);
            CameraPose pose = landscape_camera();
            const SceneMaps maps = renderer.draw(scene, pose, in);
            if (const char* folder = std::getenv("REVERIE_PICTURES")) {
                asset::save_png(std::filesystem::path(folder) /
                                    (std::string(names[mood]) + "_" + std::to_string(size.width) + ".png"),
                                maps.frame());
            }
            const TimePoint begin = Clock::now();
            const std::clock_t cpu = std::clock();
            for (int i = 0; i < size.frames; ++i) {
                pose.position.z -= 0.01f;
                renderer.draw(scene, pose, in);
            }
            const double cpu_ms =
                1e3 * static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC / size.frames;
            std::cout << size.width << "x" << size.height << " " << names[mood] << ": "
                      << size.frames / seconds_between(begin, Clock::now()) << " frames/s, " << cpu_ms
                      << " ms of CPU time each, " << renderer.statistics().triangles << " triangles, "
                      << renderer.statistics().instances << " instances\n";
        }
    }
}
