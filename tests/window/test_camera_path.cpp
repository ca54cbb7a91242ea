#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <set>
#include <thread>
#include <vector>

#include "engine/app/resources.h"
#include "engine/asset/image.h"
#include "engine/video/video_reader.h"
#include "tests/window/desk.h"
#include "tests/window/garden_world.h"

using namespace rv;
using namespace std::chrono_literals;
using tests::eventually;

namespace {

std::set<std::filesystem::path> films() {
    std::set<std::filesystem::path> files;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(app::recordings_folder(), none))
        if (entry.path().extension() == ".mp4") files.insert(entry.path());
    return files;
}

int frames_in(const std::filesystem::path& video) {
    video::VideoReader reader(video);
    std::vector<std::uint8_t> rgb(reader.rgb_bytes());
    int frames = 0;
    while (reader.read(rgb)) ++frames;
    return frames;
}

}  // namespace

TEST_CASE("[Application] keys of a camera path are set while flying, and the path is filmed") {
    tests::Desk desk;
    auto probe = std::make_shared<tests::GardenProbe>();
    const std::set<std::filesystem::path> before = films();
    std::filesystem::path film;
    const auto fly = [&](const char* key, std::chrono::milliseconds time) {
        desk.display.xdotool(std::string("keydown ") + key);
        std::this_thread::sleep_for(time);
        desk.display.xdotool(std::string("keyup ") + key);
    };
    const int status = desk.run(tests::garden_options(), tests::garden_source(probe), [&] {
        CHECK(eventually([&] { return probe->frames >= 3; }));
        desk.press("F3");
        desk.press("k");
        fly("w", 1500ms);
        desk.press("k");
        fly("e", 700ms);
        fly("w", 1000ms);
        desk.press("k");
        fly("q", 600ms);
        fly("s", 2500ms);
        CHECK(tests::screen_rests(desk, "artifacts/camera_path.png"));
        desk.press("F8");
        CHECK(eventually([&] { return films().size() > before.size(); }));
        std::this_thread::sleep_for(250ms);
        CHECK(desk.display.save_screen("artifacts/camera_path_filming.png"));
        std::this_thread::sleep_for(3s);
        // The session goes on where it was: the same view, with the same path in it.
        const asset::Image view = asset::load_image("artifacts/camera_path.png");
        CHECK(tests::screen_shows(desk, "artifacts/camera_path_filmed.png",
                                  [&](const auto& now) { return tests::difference(view, now) < 1; }));
        desk.press("F10");
    });
    CHECK(status == 0);
    CHECK(desk.validation_messages() == 0);
    for (const auto& file : films())
        if (!before.contains(file)) film = file;
    REQUIRE_FALSE(film.empty());
    CHECK(frames_in(film) > 15);
    std::filesystem::remove(film);
}
