#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <thread>

#include "engine/app/recents.h"
#include "tests/support/files.h"
#include "tests/support/temporary_folder.h"
#include "tests/window/desk.h"
#include "tests/window/garden_world.h"

using namespace rv;
using namespace rv::tests;
using namespace std::chrono_literals;

namespace {

// Mean of a pixel's colours.
int brightness_at(const asset::Image& screen, int x, int y) {
    const std::size_t i =
        (static_cast<std::size_t>(y) * static_cast<std::size_t>(screen.width) + static_cast<std::size_t>(x)) *
        4;
    return (screen.rgba[i] + screen.rgba[i + 1] + screen.rgba[i + 2]) / 3;
}

// As long as a finger does.
void hold(const Desk& desk, const std::string& key) {
    CHECK(desk.display.xdotool("keydown " + key + " sleep 0.15 keyup " + key + " sleep 0.2"));
}

void write_prompt(const Desk& desk, const std::string& text) {
    hold(desk, "Return");
    CHECK(desk.display.xdotool("key ctrl+a"));
    CHECK(desk.display.xdotool("type --delay 60 '" + text + "'"));
    hold(desk, "Return");
}

}  // namespace

TEST_CASE("[Directing] a person's prompt arrives slowly, counts as much as is wished, and is found again") {
    Desk desk;
    const TemporaryFolder folder;
    auto probe = std::make_shared<GardenProbe>();
    app::ApplicationOptions options = garden_options();
    options.recents = folder / "recent.json";
    const int status = desk.run(options, garden_source(probe), [&] {
        CHECK(eventually([&] { return probe->frames >= 3; }));
        write_prompt(desk, "a still night");
        CHECK(eventually([&] { return probe->night.load(); }));
        CHECK(probe->faded == 0);  // at once, as nobody asked for more
        desk.click(180, 487);      // in the middle of the slider: five seconds
        desk.click(40, 516);       // a weight of its own
        CHECK(eventually([&] { return probe->guidance > 1; }));
        CHECK(desk.display.save_screen("artifacts/directing.png"));
        write_prompt(desk, "morning");
        CHECK(eventually([&] { return probe->faded > 20; }));
        CHECK(probe->night);  // still more night than morning
        CHECK(eventually([&] { return !probe->night; }));
        // The box brings the one before back.
        hold(desk, "Return");
        hold(desk, "Up");
        hold(desk, "Up");
        hold(desk, "Return");
        CHECK(eventually([&] { return probe->night.load(); }));
        desk.press("F10");
    });
    CHECK(status == 0);
    CHECK(desk.validation_messages() == 0);
    CHECK(app::Recents(folder / "recent.json").prompts() ==
          std::vector<std::string>{"a still night", "morning"});
}

TEST_CASE("[Directing] the inside of each frame stands beside it") {
    Desk desk;
    auto probe = std::make_shared<GardenProbe>();
    const int status = desk.run(garden_options(), garden_source(probe), [&] {
        CHECK(eventually([&] { return probe->frames >= 3; }));
        desk.click(150, 282);  // folds the prompt's section
        std::this_thread::sleep_for(300ms);
        CHECK(desk.display.save_screen("artifacts/inside_folded.png"));
        desk.click(220, 520);  // "Latent"
        desk.press("F2");
        // The right half shows the garden's negative, below what is left free above both.
        CHECK(screen_shows(desk, "artifacts/inside.png", [](const asset::Image& screen) {
            const auto sum = [&](int x, int y) {
                return brightness_at(screen, x, y) + brightness_at(screen, x + 640, y);
            };
            return brightness_at(screen, 640, 90) < 40 && std::abs(sum(320, 230) - 255) < 25 &&
                   std::abs(sum(250, 500) - 255) < 25;
        }));
        desk.press("F10");
    });
    CHECK(status == 0);
    CHECK(desk.validation_messages() == 0);
}

TEST_CASE("[Directing] a script steers the window until a key is pressed") {
    Desk desk;
    const TemporaryFolder folder;
    std::ofstream(folder / "walk.toml")
        << "[[segment]]\nseconds = 600\naction = { forward = 1 }\nprompt = \"a quiet night\"\n";
    auto probe = std::make_shared<GardenProbe>();
    app::ApplicationOptions options = garden_options();
    options.play = folder / "walk.toml";
    const int status = desk.run(options, garden_source(probe), [&] {
        CHECK(eventually([&] { return probe->frames >= 20 && probe->forward == 1 && probe->night; }));
        CHECK(desk.display.save_screen("artifacts/playing_a_script.png"));
        const std::uint64_t reached = probe->frames;
        desk.display.xdotool("keydown s");
        CHECK(eventually([&] { return probe->forward == -1; }));
        desk.display.xdotool("keyup s");
        CHECK(eventually([&] { return probe->forward == 0; }));  // the script is over
        CHECK(probe->frames > reached);                          // and the walk goes on
        CHECK(probe->night);
        desk.press("F10");
    });
    CHECK(status == 0);
}
