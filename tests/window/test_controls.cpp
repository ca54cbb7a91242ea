#include <doctest/doctest.h>

#include <thread>

#include "engine/platform/bindings.h"
#include "tests/support/temporary_folder.h"
#include "tests/window/desk.h"
#include "tests/window/garden_world.h"

using namespace rv;
using namespace rv::tests;
using namespace std::chrono_literals;

TEST_CASE("[Controls] a person puts walking on another key, sees it light up, and finds it there next time") {
    Desk desk;
    const TemporaryFolder folder;
    app::ApplicationOptions options = garden_options();
    options.controls = folder / "controls.toml";
    auto probe = std::make_shared<GardenProbe>();
    CHECK(desk.run(options, garden_source(probe), [&] {
        CHECK(eventually([&] { return probe->frames >= 3; }));
        desk.press("F4");
        std::this_thread::sleep_for(400ms);
        desk.click(440, 145);  // the W of "Walk forward"
        CHECK(desk.display.save_screen("artifacts/controls_waiting.png"));
        desk.press("i");
        std::this_thread::sleep_for(300ms);
        desk.display.xdotool("keydown i");
        CHECK(eventually([&] { return probe->forward == 1; }));
        CHECK(desk.display.save_screen("artifacts/controls_changed.png"));
        desk.display.xdotool("keyup i");
        desk.press("Escape");  // closes it
        desk.press("w");
        std::this_thread::sleep_for(200ms);
        CHECK(probe->forward == 0);
        desk.press("F10");
    }) == 0);
    CHECK(platform::sources_of(platform::load_bindings(folder / "controls.toml"),
                               platform::Axis::Forward)[0] == "I");
    auto again = std::make_shared<GardenProbe>();
    CHECK(desk.run(options, garden_source(again), [&] {
        CHECK(eventually([&] { return again->frames >= 3; }));
        desk.display.xdotool("keydown i");
        CHECK(eventually([&] { return again->forward == 1; }));
        desk.display.xdotool("keyup i");
        desk.press("F10");
    }) == 0);
    CHECK(desk.validation_messages() == 0);
}

TEST_CASE("[Controls] the keyboard alone reaches the panels, and goes back to the world") {
    Desk desk;
    auto probe = std::make_shared<GardenProbe>();
    CHECK(desk.run(garden_options(), garden_source(probe), [&] {
        CHECK(eventually([&] { return probe->frames >= 3; }));
        const auto hold = [&](const std::string& key) {
            CHECK(desk.display.xdotool("keydown " + key + " sleep 0.15 keyup " + key + " sleep 0.15"));
        };
        hold("n");
        for (int i = 0; i < 3; ++i) hold("Down");  // to the first starting frame
        CHECK(desk.display.save_screen("artifacts/panels_by_keyboard.png"));
        hold("Right");
        hold("space");  // the second starting frame, whose prompt is a quiet night
        CHECK(eventually([&] { return probe->night.load(); }));
        CHECK(probe->forward == 0);
        hold("Escape");
        desk.display.xdotool("keydown w");
        CHECK(eventually([&] { return probe->forward == 1; }));
        desk.display.xdotool("keyup w");
        desk.press("F10");
    }) == 0);
    CHECK(desk.validation_messages() == 0);
}

TEST_CASE("[CleanFeed] a second window shows the picture alone, and closes again") {
    Desk desk;
    auto probe = std::make_shared<GardenProbe>();
    CHECK(desk.run(garden_options(), garden_source(probe), [&] {
        CHECK(eventually([&] { return probe->frames >= 3; }));
        desk.press("F9");
        CHECK(desk.display.xdotool("search --sync --name 'Reverie picture'"));
        std::this_thread::sleep_for(600ms);
        CHECK(desk.display.save_screen("artifacts/clean_feed.png"));
        const std::uint64_t before = probe->frames;
        CHECK(eventually([&] { return probe->frames > before + 10; }));
        desk.display.xdotool("search --name '^Reverie$' windowfocus");
        desk.press("F9");
        std::this_thread::sleep_for(500ms);
        CHECK_FALSE(desk.display.xdotool("search --name 'Reverie picture'"));
        desk.press("F10");
    }) == 0);
    CHECK(desk.validation_messages() == 0);
}
