#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "engine/app/recovery.h"
#include "tests/support/temporary_folder.h"
#include "tests/window/desk.h"
#include "tests/window/garden_world.h"

using namespace rv;
using namespace rv::tests;
using namespace std::chrono_literals;

namespace {

// Somebody walked in the garden when the program died.
void die_in_the_garden(const std::filesystem::path& root, int frames) {
    const pid_t child = fork();
    if (child == 0) {
        app::NoSink sink;
        auto* generation =
            new app::Generation(sink, garden_source(std::make_shared<GardenProbe>()).open, 1 << 20);
        generation->secure(root);
        generation->open("garden", {}, {});
        app::Steering walking;
        walking.action.forward = 1;
        for (int i = 0; i < frames; ++i) generation->step(walking);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    REQUIRE(status == 0);
}

}  // namespace

TEST_CASE("[Resume] after a crash the program offers to go on, and goes on at the same frame") {
    const TemporaryFolder folder;
    die_in_the_garden(folder / "unfinished", 75);
    Desk desk;
    app::ApplicationOptions options = garden_options();
    options.recovery = folder / "unfinished";
    auto probe = std::make_shared<GardenProbe>();
    CHECK(desk.run(options, garden_source(probe), [&] {
        CHECK(eventually([&] { return probe->frames >= 15; }));
        CHECK(desk.display.save_screen("artifacts/resume_offered.png"));
        desk.click(530, 365);  // Go on
        CHECK(eventually([&] { return probe->frames >= 75; }));
        CHECK(probe->frames < 110);  // not by walking there again
        std::this_thread::sleep_for(300ms);
        CHECK(desk.display.save_screen("artifacts/resumed.png"));
        desk.press("F10");
    }) == 0);
    CHECK(std::filesystem::is_empty(folder / "unfinished"));
    CHECK(desk.validation_messages() == 0);
}

TEST_CASE("[Resume] what is left is not offered again") {
    const TemporaryFolder folder;
    die_in_the_garden(folder / "unfinished", 30);
    Desk desk;
    app::ApplicationOptions options = garden_options();
    options.recovery = folder / "unfinished";
    auto probe = std::make_shared<GardenProbe>();
    CHECK(desk.run(options, garden_source(probe), [&] {
        CHECK(eventually([&] { return probe->frames >= 3; }));
        desk.click(740, 365);  // Leave it
        std::this_thread::sleep_for(300ms);
        desk.press("F10");
    }) == 0);
    CHECK_FALSE(app::find_unfinished(folder / "unfinished"));
}
