/// reverie bench interop: what it costs to bring a frame from the model to the window.

#include "engine/app/bench_interop.h"

#include <cstdio>
#include <memory>

#include "tools/bench_commands.h"

namespace rv::tools {
namespace {

struct Options {
    app::InteropBenchOptions interop;
    bool json = false;
};

void bench_interop(const Options& options) {
    const app::InteropBenchResult result = app::bench_interop(options.interop);
    if (options.json) {
        std::printf("%s\n", app::to_json(result).c_str());
        return;
    }
    std::printf("%d x %d on %s, ms a frame, %d frames by each way\n", result.width, result.height,
                result.vulkan_device.c_str(), result.frames);
    std::printf("  %-22s %-5s %-9s %9s %9s %9s %9s %9s\n", "path", "model", "precision", "publish", "p99",
                "sharing", "p99", "draw");
    for (const auto& path : result.paths)
        std::printf("  %-22s %-5s %-9s %9.3f %9.3f %9.3f %9.3f %9.3f\n", path.path.c_str(),
                    path.model_device.c_str(), path.precision.c_str(), path.publish_ms_p50,
                    path.publish_ms_p99, path.sharing_ms_p50, path.sharing_ms_p99, path.draw_ms_p50);
    for (const auto& [path, reason] : result.missing)
        std::printf("  %-22s not here: %s\n", path.c_str(), reason.c_str());
}

}  // namespace

void add_bench_interop(CLI::App& bench) {
    auto options = std::make_shared<Options>();
    CLI::App* interop = bench.add_subcommand(
        "interop", "What it costs to bring a frame from the model to the window, by every way there is");
    interop->add_option("--width", options->interop.width, "Pixels of the frame")
        ->check(CLI::Range(1, 16384))
        ->capture_default_str();
    interop->add_option("--height", options->interop.height, "Pixels of the frame")
        ->check(CLI::Range(1, 16384))
        ->capture_default_str();
    interop->add_option("--frames", options->interop.frames, "How many are measured by each way")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    interop->add_flag("--json", options->json, "Print one JSON object");
    interop->footer(
        "\"publish\" is how long the thread that makes frames is kept, \"sharing\" the time until the window "
        "may show\n"
        "the frame, packing from the model's numbers included, and \"draw\" the window's pass over it. The "
        "ways take\n"
        "turns frame by frame.");
    interop->callback([options] { bench_interop(*options); });
}

}  // namespace rv::tools
