#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <thread>

#include "engine/app/resources.h"
#include "engine/asset/image.h"
#include "engine/core/error.h"
#include "tests/window/desk.h"
#include "tests/window/garden_world.h"

using namespace rv;
using namespace rv::tests;
using namespace std::chrono_literals;

TEST_CASE("[Application] opens a window, obeys a key, changes the prompt, pauses and closes") {
    Desk desk;
    auto probe = std::make_shared<tests::GardenProbe>();
    app::ApplicationStatistics statistics;
    app::ApplicationOptions options = garden_options();
    options.statistics = &statistics;
    const auto frames_go_on = [&](std::uint64_t more) {
        const std::uint64_t target = probe->frames + more;
        return eventually([&] { return probe->frames >= target; });
    };
    const int status = desk.run(options, tests::garden_source(probe), [&] {
        CHECK(frames_go_on(5));
        CHECK(screen_shows(desk, "artifacts/explorer_start.png",
                           [](const auto& now) { return brightness(now) > 90; }));
        desk.display.xdotool("keydown w");
        CHECK(eventually([&] { return probe->forward == 1.0f; }));
        CHECK(frames_go_on(20));
        CHECK(desk.display.save_screen("artifacts/explorer_walked.png"));
        desk.display.xdotool("keyup w");
        CHECK(eventually([&] { return probe->forward == 0.0f; }));
        desk.press("Next");  // the prompt after "a clear noon" is a night
        CHECK(eventually([&] { return probe->night.load(); }));
        CHECK(frames_go_on(3));
        CHECK(screen_shows(desk, "artifacts/explorer_night.png",
                           [](const auto& now) { return brightness(now) < 60; }));
        const double night = brightness(asset::load_image("artifacts/explorer_night.png"));
        desk.press("F1");
        CHECK(screen_shows(desk, "artifacts/explorer_help.png",
                           [&](const auto& now) { return std::abs(brightness(now) - night) > 2; }));
        desk.press("Escape");
        desk.press("p");
        std::this_thread::sleep_for(300ms);
        const std::uint64_t paused_at = probe->frames;
        desk.press("period");
        CHECK(eventually([&] { return probe->frames == paused_at + 1; }));
        desk.press("F10");
    });
    CHECK(status == 0);
    CHECK(desk.validation_messages() == 0);
    const asset::Image start = asset::load_image("artifacts/explorer_start.png");
    CHECK(difference(start, asset::load_image("artifacts/explorer_walked.png")) > 3);
    CHECK(statistics.generated_frames > 25);
    CHECK(statistics.shown_frames > 25);
    CHECK(statistics.input_to_present_ms_p50 > 0);
}

TEST_CASE("[Application] survives being resized, switches worlds, and ends when its window is closed") {
    Desk desk;
    auto probe = std::make_shared<tests::GardenProbe>();
    const int status = desk.run(garden_options(), tests::garden_source(probe), [&] {
        CHECK(eventually([&] { return probe->frames >= 3; }));
        for (const char* size : {"900 500", "400 300", "1200 640", "1024 700"}) {
            CHECK(desk.display.xdotool(std::string("search --name Reverie windowsize ") + size));
            const std::uint64_t before = probe->frames;
            CHECK(eventually([&] { return probe->frames >= before + 4; }));
        }
        desk.press("F2");
        std::this_thread::sleep_for(300ms);
        CHECK(desk.display.save_screen("artifacts/explorer_resized.png"));
        desk.press("r");
        CHECK(eventually([&] { return probe->frames < 6; }));
        if (desk.display.start_window_manager()) {
            desk.display.xdotool("search --sync --onlyvisible --name Reverie windowfocus --sync");
            CHECK(desk.display.xdotool("key alt+F4"));
        } else {
            MESSAGE("openbox is not there, so a key ends it");
            desk.press("F10");
        }
    });
    CHECK(status == 0);
    CHECK(desk.validation_messages() == 0);
}

TEST_CASE("[Application] measures itself under synthetic input for a given time") {
    Desk desk;
    auto probe = std::make_shared<tests::GardenProbe>();
    app::ApplicationStatistics statistics;
    app::ApplicationOptions options = garden_options();
    options.statistics = &statistics;
    options.seconds = 3;
    options.synthetic_input = [](double seconds) {
        Action action;
        action.forward = 1;
        action.turn = seconds < 1.5 ? 1.0f : -1.0f;
        return action;
    };
    CHECK(app::run_application(options, tests::garden_source(probe)) == 0);
    CHECK(probe->forward == 1.0f);
    CHECK(statistics.seconds > 2.5);
    CHECK(statistics.generated_frames > 10);
    CHECK(statistics.shown_frames > 3);
    CHECK(statistics.input_to_present_ms_p99 >= statistics.input_to_present_ms_p50);
    CHECK(desk.validation_messages() == 0);
}

TEST_CASE("[Application] a world that cannot be opened ends in one sentence") {
    Desk desk;
    app::ApplicationOptions options = garden_options();
    options.seconds = 1;
    app::WorldSource source;
    source.open = [](const auto&, const auto&) -> std::unique_ptr<world_model::World> {
        throw FileError("worlds/garden", "has no world.toml");
    };
    try {
        app::run_application(options, source);
        FAIL("it went on without a world");
    } catch (const Error& error) {
        CHECK(std::string(error.what()).find("has no world.toml") != std::string::npos);
    }
    CHECK(desk.validation_messages() == 0);
}

TEST_CASE("[Application] the bundled world obeys a key") {
    if (!std::filesystem::exists("assets/worlds/village/world.toml")) {
        MESSAGE("assets/worlds/village is not there");
        return;
    }
    Desk desk;
    app::ApplicationOptions options;
    options.world = app::find_world("village");
    options.synthetic_input = {};
    app::ApplicationStatistics statistics;
    options.statistics = &statistics;
    const int status = desk.run(options, {world_model::open_world, world_model::list_worlds}, [&] {
        std::this_thread::sleep_for(6s);  // nothing of a real world tells when it is open but the picture
        CHECK(desk.display.save_screen("artifacts/village_start.png"));
        desk.display.xdotool("keydown w");
        std::this_thread::sleep_for(3s);
        CHECK(desk.display.save_screen("artifacts/village_walked.png"));
        desk.display.xdotool("keyup w");
        desk.press("F10");
    });
    CHECK(status == 0);
    CHECK(desk.validation_messages() == 0);
    CHECK(difference(asset::load_image("artifacts/village_start.png"),
                     asset::load_image("artifacts/village_walked.png")) > 1);
    CHECK(statistics.generated_frames > 10);
}
