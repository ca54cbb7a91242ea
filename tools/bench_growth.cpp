/// reverie bench growth: whether a late frame costs what an early one does.

#include "engine/app/bench_growth.h"

#include <cstdio>
#include <memory>

#include "engine/app/resources.h"
#include "engine/core/error.h"
#include "tools/bench_commands.h"
#include "tools/world_options.h"

namespace rv::tools {
namespace {

struct Options {
    WorldOptions world;
    app::GrowthOptions growth;
    bool json = false;
};

double mebibytes(std::uint64_t bytes) {
    return static_cast<double>(bytes) / (1024 * 1024);
}

void print_text(const app::GrowthResult& r) {
    const app::GrowthComparison& c = r.comparison;
    const app::GrowthTenth &first = r.tenths.front(), &last = r.tenths.back();
    std::printf("%s, %d threads, %d sampler steps, %d frames in %.0f s\n", r.world.c_str(), r.threads,
                r.sampler_steps, r.frames, r.seconds);
    std::printf("in turns       after frame %d %.1f ms, after frame %d %.1f ms (p50 of %d each)\n",
                r.early_frame, c.early_ms_p50, r.frames, c.late_ms_p50, c.pairs);
    std::printf("               ratio %.3f, 95 %% of the time %.3f to %.3f\n", c.ratio, c.ratio_low,
                c.ratio_high);
    for (const app::GrowthWindow& w : {r.early, r.late})
        std::printf("frames         %d to %d: %.1f ms (p50), %.1f ms (p99)\n", w.first, w.last, w.step_ms_p50,
                    w.step_ms_p99);
    std::printf("memory         %.0f MiB after a tenth, %.0f MiB at the end: ratio %.3f\n", first.rss_mib,
                last.rss_mib, r.ratios.rss);
    std::printf("saved rollout  %.2f MiB after a tenth, %.2f MiB at the end: ratio %.3f\n",
                mebibytes(first.state_bytes), mebibytes(last.state_bytes), r.ratios.state_bytes);
}

void bench_growth(Options options) {
    app::GrowthOptions& growth = options.growth;
    if (2 * growth.early > growth.frames)
        throw UsageError("frame " + std::to_string(growth.early) + " is too late to compare frame " +
                             std::to_string(growth.frames) + " with it",
                         "--early up to " + std::to_string(growth.frames / 2));
    growth.world = app::find_world(options.world.world);
    growth.open = options.world.open();
    growth.start = options.world.start();
    growth.sampler_steps = options.world.steps;
    check_start(growth.start, world_model::read_world_info(growth.world));
    const app::GrowthResult result = app::bench_growth(growth, world_model::open_world);
    if (options.json)
        std::printf("%s\n", app::to_json(result).c_str());
    else
        print_text(result);
}

}  // namespace

void add_bench_growth(CLI::App& bench) {
    auto options = std::make_shared<Options>();
    CLI::App* growth =
        bench.add_subcommand("growth", "Whether time, memory and saved state grow with the number of frames");
    options->world.declare(*growth);
    growth->add_option("--frames", options->growth.frames, "How many frames to walk")
        ->check(CLI::Range(app::GrowthOptions::kLeastFrames, 10'000'000))
        ->capture_default_str();
    growth
        ->add_option("--early", options->growth.early,
                     "The frame that the last one is compared with, at most half of --frames")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    growth
        ->add_option("--pairs", options->growth.pairs,
                     "How many steps of the early and of the late rollout are compared")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    growth->add_flag("--json", options->json, "Print one JSON object");
    growth->footer(
        "The walk is random, as if a person held the keys, and --seed decides it too. A step is measured "
        "until "
        "its\n"
        "frame lies in host memory. \"comparison\" is what to trust on a busy machine: the rollouts as they "
        "were "
        "after\n"
        "the early and after the last frame are stepped in turns, with the same input; its ratio is that of "
        "the "
        "medians,\n"
        "late by early, and ratio_95 where 95 % of redrawn pairs put it. The other ratios are those of the "
        "windows\n"
        "\"early\" and \"late\", and of the last tenth by the first.");
    growth->callback([options] { bench_growth(*options); });
}

}  // namespace rv::tools
