#include <doctest/doctest.h>

#include <thread>

#include "engine/asset/image.h"
#include "tests/window/desk.h"
#include "tests/window/garden_world.h"

using namespace rv;
using namespace rv::tests;
using namespace std::chrono_literals;

namespace {

// Whether something is shown around there, and not the background behind the views.
bool is_picture(const asset::Image& screen, int x, int y) {
    const std::size_t i =
        (static_cast<std::size_t>(y) * static_cast<std::size_t>(screen.width) + static_cast<std::size_t>(x)) *
        4;
    return screen.rgba[i] + screen.rgba[i + 1] + screen.rgba[i + 2] > 120;
}

}  // namespace

TEST_CASE("[Timeline] a person goes back, branches, compares, marks and returns") {
    Desk desk;
    auto probe = std::make_shared<GardenProbe>();
    const int status = desk.run(garden_options(), garden_source(probe), [&] {
        CHECK(eventually([&] { return probe->frames >= 3; }));
        CHECK(desk.display.save_screen("artifacts/timeline_early.png"));
        desk.display.xdotool("keydown w");
        CHECK(eventually([&] { return probe->frames >= 60; }));
        desk.display.xdotool("keyup w");
        const std::uint64_t went = probe->frames;
        desk.click(40, 665);  // near the beginning of the first lane
        std::this_thread::sleep_for(400ms);
        CHECK(desk.display.save_screen("artifacts/timeline_back.png"));
        const std::uint64_t stood = probe->frames;
        std::this_thread::sleep_for(300ms);
        CHECK(probe->frames == stood);  // going back pauses
        desk.display.xdotool("keydown d");
        desk.press("p");
        CHECK(eventually([&] { return probe->frames < went && probe->frames > 20; }));
        desk.display.xdotool("keyup d");
        desk.press("F6");
        desk.click(1247, 665);
        std::this_thread::sleep_for(400ms);
        CHECK(desk.display.save_screen("artifacts/timeline_branches.png"));
        desk.click(1200, 510);  // show the first walk beside
        CHECK(desk.display.save_screen("artifacts/timeline_list.png"));
        desk.click(640, 250);  // closes the list
        std::this_thread::sleep_for(300ms);
        desk.press("F2");
        // Both views are there, each with sky and grass, and the panels are gone.
        CHECK(screen_shows(desk, "artifacts/timeline_beside.png", [](const asset::Image& screen) {
            return is_picture(screen, 320, 360) && is_picture(screen, 960, 360) &&
                   !is_picture(screen, 640, 90);
        }));
        desk.press("F10");
    });
    CHECK(status == 0);
    CHECK(desk.validation_messages() == 0);
}
