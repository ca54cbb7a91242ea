/// reverie bench latency: how long the picture takes to obey, and what the window costs the generation.

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "engine/app/bench_rewind.h"
#include "tools/bench_commands.h"
#include "tools/bench_runs.h"

namespace rv::tools {
namespace {

constexpr int kRewindFrames = 300;

struct Options {
    WorldOptions world;
    double seconds = 15;
    bool json = false;
};

void bench_latency(const Options& options) {
    const app::BenchResult headless = bench_without_window(options.world, options.seconds);
    const app::BenchResult window = bench_in_window(options.world, options.seconds, false);
    const app::BenchResult uncapped = bench_in_window(options.world, options.seconds, true);
    const app::RewindTimes rewind =
        app::bench_rewind(bench_options(options.world), kRewindFrames, world_model::open_world);
    const double frame_ms = window.generated_fps > 0 ? 1000 / window.generated_fps : 0;
    const double kept = headless.generated_fps > 0 ? uncapped.generated_fps / headless.generated_fps : 0;
    if (options.json) {
        const nlohmann::ordered_json json = {
            {"world", window.world},
            {"threads", window.threads},
            {"input_to_present_ms_p50", window.input_to_present_ms_p50},
            {"input_to_present_ms_p99", window.input_to_present_ms_p99},
            {"generated_frame_ms", frame_ms},
            {"generated_fps", window.generated_fps},
            {"shown_fps", window.shown_fps.value_or(0)},
            {"headless_fps", headless.generated_fps},
            {"uncapped_window_fps", uncapped.generated_fps},
            {"uncapped_shown_fps", uncapped.shown_fps.value_or(0)},
            {"generation_kept", kept},
            {"rewind_ms_p50", rewind.ms_p50},
            {"rewind_ms_p99", rewind.ms_p99},
            {"rewind_ms_max", rewind.ms_max},
            {"rewind_frames", rewind.kept},
        };
        std::printf("%s\n", json.dump(2).c_str());
        return;
    }
    std::printf("input to present  %.1f ms (p50), %.1f ms (p99); a generated frame takes %.1f ms\n",
                window.input_to_present_ms_p50, window.input_to_present_ms_p99, frame_ms);
    std::printf("in the window     %.1f generated/s, %.1f shown/s\n", window.generated_fps,
                window.shown_fps.value_or(0));
    std::printf("as fast as it can %.1f generated/s in the window, %.1f without: %.0f %% are kept\n",
                uncapped.generated_fps, headless.generated_fps, 100 * kept);
    std::printf("back in time      %.1f ms (p50), %.1f ms (longest) to any of %llu kept frames\n",
                rewind.ms_p50, rewind.ms_max, static_cast<unsigned long long>(rewind.kept));
}

}  // namespace

void add_bench_latency(CLI::App& bench) {
    auto options = std::make_shared<Options>();
    CLI::App* latency = bench.add_subcommand(
        "latency", "From the hand to the screen, and what the window costs the generation");
    options->world.declare(*latency);
    latency->add_option("--seconds", options->seconds, "Of each of the three runs")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    latency->add_flag("--json", options->json, "Print one JSON object");
    latency->footer(
        "Measures three times: without a window, in the window at the world's rate, and in the window as "
        "fast\n"
        "as possible. Input to present is as in `bench play`, at the world's rate. Then goes back to each of "
        "300 frames.");
    latency->callback([options] { bench_latency(*options); });
}

}  // namespace rv::tools
