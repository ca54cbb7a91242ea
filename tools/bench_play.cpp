/// reverie bench play: how fast this machine generates.

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "tools/bench_commands.h"
#include "tools/bench_runs.h"

namespace rv::tools {
namespace {

struct Options {
    WorldOptions world;
    bool headless = false, json = false, uncapped = false;
    double seconds = 20;
};

void print_json(const app::BenchResult& result) {
    nlohmann::ordered_json json;
    json["world"] = result.world;
    json["device"] = result.device;
    json["threads"] = result.threads;
    json["seconds"] = result.seconds;
    json["generated_frames"] = result.generated_frames;
    json["generated_fps"] = result.generated_fps;
    json["shown_fps"] = nullptr;
    if (result.shown_fps) json["shown_fps"] = *result.shown_fps;
    json["step_ms_p50"] = result.step_ms_p50;
    json["step_ms_p99"] = result.step_ms_p99;
    json["input_to_present_ms_p50"] = result.input_to_present_ms_p50;
    json["input_to_present_ms_p99"] = result.input_to_present_ms_p99;
    json["rss_mib"] = result.rss_mib;
    std::printf("%s\n", json.dump(2).c_str());
}

void print_text(const app::BenchResult& result) {
    std::printf("%s on %s, %d threads, %.1f s\n", result.world.c_str(), result.device.c_str(), result.threads,
                result.seconds);
    std::printf("generated         %.1f frames/s\n", result.generated_fps);
    if (result.shown_fps) std::printf("shown             %.1f frames/s\n", *result.shown_fps);
    std::printf("step              %.1f ms (p50), %.1f ms (p99)\n", result.step_ms_p50, result.step_ms_p99);
    std::printf("input to present  %.1f ms (p50), %.1f ms (p99)\n", result.input_to_present_ms_p50,
                result.input_to_present_ms_p99);
    std::printf("memory            %.0f MiB\n", result.rss_mib);
}

void bench_play(const Options& options) {
    const app::BenchResult result = options.headless
                                        ? bench_without_window(options.world, options.seconds)
                                        : bench_in_window(options.world, options.seconds, options.uncapped);
    if (options.json)
        print_json(result);
    else
        print_text(result);
}

}  // namespace

void add_bench_play(CLI::App& bench) {
    auto options = std::make_shared<Options>();
    CLI::App* play =
        bench.add_subcommand("play", "Frames per second, step times and delays of a world being explored");
    options->world.declare(*play);
    play->add_flag("--headless", options->headless,
                   "No window: frames are generated as fast as possible and left in host memory");
    play->add_option("--seconds", options->seconds, "How long to measure, after a short warm-up")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    play->add_flag("--uncapped", options->uncapped,
                   "With a window: generate as fast as possible, not at the world's frame rate");
    play->add_flag("--json", options->json, "Print one JSON object");
    play->footer(
        "The input is scripted and changes all the time. input_to_present is the time from an input event to "
        "the\n"
        "end of the present call that first shows a frame steered by it; with --headless, to the moment when "
        "that\n"
        "frame lies finished in host memory. shown_fps counts presented pictures, null where nothing is "
        "drawn.");
    play->callback([options] { bench_play(*options); });
}

}  // namespace rv::tools
