#include <doctest/doctest.h>

#include <vector>

#include "tests/ui/imgui_fixture.h"
#include "ui/panels/camera_panel.h"
#include "ui/panels/camera_path_overlay.h"

using namespace rv::ui;

namespace {

constexpr float kWidth = 300, kHeight = 460;

/// The panel alone, in the upper left corner.
struct CameraAlone : ImGuiFixture {
    CameraAlone() {
        WorldEntry village;
        village.has_pose = true;
        worlds.push_back(village);
        state.worlds = worlds;
        state.camera.lens = rv::Intrinsics::from_vertical_fov(256, 144, 1);
        state.camera.film_width = 256;
        state.camera.film_height = 144;
    }
    void add_keys() {
        for (int i = 0; i < 3; ++i) {
            keys.push_back({2.0 * i, {{0, 0, -2.0f * static_cast<float>(i)}, {1, 0, 0, 0}}});
            path.push_back(keys.back().pose);
        }
        state.camera.keys = keys;
        state.camera.path = path;
    }
    Intents draw() {
        return frame_in_window({kWidth, kHeight}, [&] {
            Intents intents;
            panel.draw(state, fonts, intents);
            return intents;
        });
    }
    /// Clicks everywhere along a line downwards; the first of each thing asked for.
    Intents click_along(float x) {
        ImGuiIO& io = ImGui::GetIO();
        Intents all;
        const auto keep = [](auto& into, const auto& from) {
            if (from && !into) into = from;
        };
        for (float y = 2; y < kHeight; y += 4) {
            for (const bool down : {false, true, false}) {
                io.MousePos = {x, y};
                io.MouseDown[0] = down;
                const Intents asked = draw();
                keep(all.free_camera, asked.free_camera);
                CameraIntents& camera = all.camera;
                keep(camera.add_key, asked.camera.add_key);
                keep(camera.clear, asked.camera.clear);
                keep(camera.toggle_film, asked.camera.toggle_film);
                keep(camera.go_to, asked.camera.go_to);
                keep(camera.remove, asked.camera.remove);
                keep(camera.import_from, asked.camera.import_from);
                keep(camera.export_to, asked.camera.export_to);
            }
        }
        return all;
    }

    std::vector<WorldEntry> worlds;
    std::vector<CameraKey> keys;
    std::vector<rv::CameraPose> path;
    ExplorerState state;
    CameraPanel panel;
};

}  // namespace

TEST_CASE_FIXTURE(CameraAlone, "[CameraPanel] without keys it offers to fly, to add one, and to import") {
    const Intents left = click_along(40);
    CHECK(left.free_camera == true);
    CHECK(left.camera.add_key);
    CHECK(left.camera.import_from == "recordings/camera_path.json");
    CHECK_FALSE(left.camera.toggle_film);
    CHECK_FALSE(click_along(kWidth - 40).camera.export_to);
}

TEST_CASE_FIXTURE(CameraAlone, "[CameraPanel] with keys it goes there, deletes them, films and exports") {
    add_keys();
    const Intents left = click_along(40);
    CHECK(left.camera.add_key);
    CHECK(left.camera.go_to == 0u);
    CHECK(left.camera.toggle_film);
    const Intents right = click_along(kWidth - 22);
    CHECK(right.camera.clear);
    CHECK(right.camera.remove == 0u);
    CHECK(right.camera.export_to == "recordings/camera_path.json");
}

TEST_CASE_FIXTURE(CameraAlone, "[CameraPanel] a key is retimed by dragging its time") {
    add_keys();
    ImGuiIO& io = ImGui::GetIO();
    std::optional<CameraKeyTime> retimed;
    for (float y = 60; y < kHeight && !retimed; y += 4) {
        for (const float x : {130.0f, 150.0f, 170.0f}) {
            io.MousePos = {x, y};
            io.MouseDown[0] = x > 130;
            for (int i = 0; i < 2; ++i)
                if (const Intents asked = draw(); asked.camera.retime) retimed = asked.camera.retime;
        }
        io.MouseDown[0] = false;
        draw();
    }
    REQUIRE(retimed);
    CHECK(retimed->key == 1);
    CHECK(retimed->time_s > 2);
}

TEST_CASE_FIXTURE(CameraAlone, "[CameraPanel] while a film is made it shows how far it is, and can stop it") {
    add_keys();
    state.camera.film = FilmProgress{12, 61, false, 0.2};
    const Intents intents = click_along(40);
    CHECK(intents.camera.toggle_film);
    CHECK_FALSE(intents.camera.add_key);
    CHECK_FALSE(intents.free_camera);
}

TEST_CASE_FIXTURE(CameraAlone, "[CameraPanel] a world that follows no camera has nothing to choose") {
    worlds[0].has_pose = false;
    const Intents intents = click_along(40);
    CHECK_FALSE(intents.free_camera);
    CHECK_FALSE(intents.camera.add_key);
}

TEST_CASE_FIXTURE(CameraAlone, "[CameraPathOverlay] draws the path where there is one to see") {
    CameraPathOverlay overlay;
    const auto vertices = [&] {
        return frame([&] {
            overlay.draw(state, fonts);
            return ImGui::GetBackgroundDrawList()->VtxBuffer.Size;
        });
    };
    CHECK(vertices() == 0);
    add_keys();
    state.camera.pose.position = {0, 1, 3};
    CHECK(vertices() > 100);
    state.camera.pose = rv::CameraPose::from_yaw_pitch({0, 1, 3}, 3.14159265f, 0);  // looking away
    CHECK(vertices() == 0);
}
