#include <doctest/doctest.h>

#include <cstdlib>
#include <random>
#include <thread>

#include "engine/app/resources.h"
#include "engine/core/clock.h"
#include "tests/window/desk.h"
#include "tests/window/garden_world.h"

using namespace rv;
using namespace rv::tests;
using namespace std::chrono_literals;

namespace {

// What a hand that knows nothing does next. Never the key that quits.
std::string next_deed(std::mt19937& random) {
    const auto any = [&](std::initializer_list<const char*> of) {
        return std::string(*(of.begin() + static_cast<std::ptrdiff_t>(random() % of.size())));
    };
    switch (random() % 6) {
        case 0:
        case 1:
            return "key " + any({"w",      "a",  "s",         "d",    "space", "c",     "p",     "period",
                                 "comma",  "r",  "BackSpace", "Next", "Prior", "equal", "minus", "Tab",
                                 "Escape", "F1", "F2",        "F3",   "F6",    "F7"});
        case 2:
            return "type --delay 5 " + any({"noon", "night and snow", "0123", "x"});
        default:
            break;
    }
    const std::string there =
        "mousemove " + std::to_string(random() % 1280) + " " + std::to_string(random() % 720);
    switch (random() % 3) {
        case 0:
            return there + " click 1";
        case 1:
            return there + " mousedown 1 mousemove_relative -- " + std::to_string(int(random() % 200) - 100) +
                   " 3 sleep 0.05 mouseup 1";
        default:
            return there + " click " + any({"3", "4", "5"});
    }
}

}  // namespace

// REVERIE_MONKEY_SECONDS lets it play longer.
TEST_CASE("[Application] survives a monkey: no validation message, no growth") {
    const char* wanted = std::getenv("REVERIE_MONKEY_SECONDS");
    const double seconds = wanted ? std::atof(wanted) : 12;
    Desk desk;
    auto probe = std::make_shared<GardenProbe>();
    double warm_mib = 0, end_mib = 0;
    app::ApplicationOptions options = garden_options();
    options.seconds = seconds + 120;
    options.history_bytes = 16 << 20;  // full before half of the time is over
    const int status = desk.run(options, garden_source(probe), [&] {
        CHECK(eventually([&] { return probe->frames >= 3; }));
        std::mt19937 random(7);
        const TimePoint begin = Clock::now();
        for (double t = 0; t < seconds; t = seconds_between(begin, Clock::now())) {
            if (warm_mib == 0 && t > seconds / 2) warm_mib = app::resident_memory_mib();
            desk.display.xdotool(next_deed(random));
        }
        end_mib = app::resident_memory_mib();
        desk.press("Escape");
        desk.press("Escape");
        CHECK(desk.display.save_screen("artifacts/after_the_monkey.png"));
        for (int i = 0; i < 3; ++i) desk.display.xdotool("key Escape F10");
    });
    CHECK(status == 0);
    CHECK(desk.validation_messages() == 0);
    MESSAGE("memory: " << warm_mib << " MiB half way, " << end_mib << " MiB at the end");
    CHECK(end_mib < warm_mib + 40);
}
