/// reverie play: explore a world in a window, or play a script without one.

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>

#include "engine/app/application.h"
#include "engine/app/headless.h"
#include "engine/app/resources.h"
#include "engine/app/script.h"
#include "engine/asset/assets_folder.h"
#include "engine/core/error.h"
#include "engine/core/log.h"
#include "engine/platform/window.h"
#include "tools/command.h"
#include "tools/recording_arguments.h"
#include "tools/world_options.h"
#include "ui/imgui_layer.h"

namespace rv::tools {
namespace {

namespace fs = std::filesystem;

struct Options {
    WorldOptions world;
    bool headless = false;
    std::string script, bindings;
    RecordingArguments record;
    double deadline_ms = 0;
    int history_mib = 384;
    bool uncapped = false, fullscreen = false;
    int width = 1280, height = 720;
    std::optional<double> seconds;
};

/// The script's seconds are counted at the frame rate of the world that it names.
struct ScriptedWorld {
    fs::path folder;
    world_model::WorldInfo info;
    app::Script script;
};

ScriptedWorld read_scripted_world(const fs::path& file, const WorldOptions& options) {
    ScriptedWorld read;
    read.script = app::read_script(file);
    read.folder = app::find_world(options.world.empty() ? read.script.world : options.world);
    read.info = world_model::read_world_info(read.folder);
    read.script = app::read_script(file, read.info.frame_rate);
    return read;
}

int play_script(const Options& options, const fs::path& file, const app::RecordingOptions& record) {
    const ScriptedWorld scripted = read_scripted_world(file, options.world);
    app::HeadlessOptions headless;
    headless.world = scripted.folder;
    headless.open = options.world.open();
    headless.start = options.world.start(scripted.script.start);
    headless.sampler_steps = options.world.steps;
    headless.deadline_ms = options.deadline_ms;
    headless.record = record;
    check_start(headless.start, scripted.info);
    const app::HeadlessResult result = app::run_headless(headless, scripted.script, world_model::open_world);
    log::info("{} frames ({:.1f} s of video) in {:.1f} s: {:.1f} frames/s", result.frames,
              static_cast<double>(result.frames + 1) / scripted.info.frame_rate, result.seconds,
              static_cast<double>(result.frames) / result.seconds);
    std::printf("%s\n", record.video.c_str());
    return 0;
}

fs::path demo_script() {
    return asset::assets_folder() / "scripts" / "tour.toml";
}

// True once: on the first call of somebody's life.
bool here_for_the_first_time() {
    const fs::path marker = ui::config_file("welcomed");
    if (marker.empty() || fs::exists(marker)) return false;
    return std::ofstream(marker).put('\n').good();  // without a place to note it, nobody is greeted twice
}

int play_in_window(const Options& options) {
    app::ApplicationOptions application;
    application.world = app::find_world(options.world.world);
    application.open = options.world.open();
    application.start = options.world.start();
    application.sampler_steps = options.world.steps;
    application.deadline_ms = options.deadline_ms;
    application.uncapped = options.uncapped;
    application.window_width = options.width;
    application.window_height = options.height;
    application.fullscreen = options.fullscreen;
    application.bindings = options.bindings;
    application.record = options.record.options();
    application.seconds = options.seconds;
    application.newcomer = here_for_the_first_time();
    application.play = options.script;
    application.controls =
        options.bindings.empty() ? ui::config_file("controls.toml") : fs::path(options.bindings);
    application.history_bytes = static_cast<std::size_t>(options.history_mib) << 20;
    application.recents = ui::config_file("recent.json");
    application.recovery = ui::config_file("unfinished");
    check_start(application.start, world_model::read_world_info(application.world));
    return app::run_application(application);
}

int play(const Options& options) {
    const fs::path script = options.script.empty() ? demo_script() : fs::path(options.script);
    const app::RecordingOptions record = options.record.options(app::recordings_folder() / "demo.mp4");
    const bool windowless = options.headless || !platform::Window::display_available();
    if (windowless && record.with_interface)
        throw UsageError("without a window there is no interface to record", "leave out --record-interface");
    if (options.headless) return play_script(options, script, record);
    if (!windowless) return play_in_window(options);
    std::fprintf(
        stderr,
        "There is no display to open a window on, so the demo session is generated offscreen into %s.\n",
        record.video.c_str());
    return play_script(options, script, record);
}

const Command kPlay(
    "play", "Explore a world in a window, or play a script without one", [](CLI::App& app) -> Run {
        auto options = std::make_shared<Options>();
        options->world.declare(app);
        app.add_flag("--headless", options->headless, "No window: play a script as fast as the machine can");
        app.add_option(
               "--script", options->script,
               "What steers until you do: a TOML file of timed actions and prompts (docs/scripts.md), "
               "in a window also a session (docs/sessions.md); with --headless, if left out, a tour")
            ->check(CLI::ExistingFile);
        options->record.declare(app);
        app.add_option("--deadline-ms", options->deadline_ms,
                       "Raise and lower the sampler steps so that making a frame takes no longer; 0: leave "
                       "them alone")
            ->check(CLI::NonNegativeNumber)
            ->capture_default_str();
        app.add_option("--history-mib", options->history_mib,
                       "Memory for what can be gone back to; older moments thin out when it is full")
            ->check(CLI::Range(1, 1 << 20))
            ->capture_default_str();
        app.add_flag("--uncapped", options->uncapped,
                     "Generate as fast as possible, not at the world's frame rate");
        app.add_flag("--fullscreen", options->fullscreen, "Start covering the whole screen");
        app.add_option("--width", options->width, "Width of the window")
            ->check(CLI::Range(160, 16384))
            ->capture_default_str();
        app.add_option("--height", options->height, "Height of the window")
            ->check(CLI::Range(90, 16384))
            ->capture_default_str();
        app.add_option("--bindings", options->bindings, "TOML file with key bindings")
            ->check(CLI::ExistingFile);
        app.add_option("--seconds", options->seconds, "Close the window after so many seconds")
            ->check(CLI::PositiveNumber);
        app.footer(
            "Examples:\n"
            "  reverie play --world maze\n"
            "  reverie play --script recordings/walk.session.jsonl\n"
            "  reverie play --record walk.mp4 --record-interface\n"
            "  reverie play --headless --script assets/scripts/tour.toml --record tour.mkv --codec libx265 "
            "--quality 20\n"
            "  reverie play --headless --record tour.gif --record-scale 2\n"
            "  reverie play --headless --record frames/%05d.png --record-scale 1");
        return [options] { return play(*options); };
    });

}  // namespace
}  // namespace rv::tools
