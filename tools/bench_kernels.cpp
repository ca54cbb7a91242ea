/// reverie bench kernels: how near a step comes to what the machine can multiply.

#include "engine/app/bench_kernels.h"

#include <cstdio>
#include <memory>

#include "engine/app/resources.h"
#include "tools/bench_commands.h"
#include "tools/world_options.h"

namespace rv::tools {
namespace {

struct Options {
    WorldOptions world;
    int rounds = 20;
    bool json = false;
};

void print_text(const world_model::KernelProfile& run) {
    std::printf("\n%d thread%s, %s\n", run.threads, run.threads == 1 ? "" : "s", run.precision.c_str());
    for (const auto& rate : run.rates)
        std::printf("  %-22s %s  %6.0f GFLOP/s\n", rate.kind.c_str(), rate.precision.c_str(),
                    rate.gflops_per_second);
    std::printf("  %-30s %5s %7s %8s %9s %7s %7s\n", "part", "calls", "GFLOP", "ms (p50)", "GFLOP/s",
                "of conv", "mult.");
    for (const auto& part : run.parts)
        std::printf("  %-30s %5.1f %7.2f %8.2f %9.0f %6.0f%% %6.0f%%\n", part.name.c_str(), part.calls,
                    part.gflop, part.ms_p50, part.gflops_per_second, 100 * part.share_of_convolution,
                    100 * part.multiplying);
}

void bench_kernels(const Options& options) {
    app::KernelBenchOptions kernels;
    kernels.world = app::find_world(options.world.world);
    kernels.open = options.world.open();
    kernels.start = options.world.start();
    kernels.sampler_steps = options.world.steps;
    kernels.rounds = options.rounds;
    check_start(kernels.start, world_model::read_world_info(kernels.world));
    const app::KernelBenchResult result = app::bench_kernels(kernels, world_model::open_world);
    if (options.json) {
        std::printf("%s\n", app::to_json(result).c_str());
        return;
    }
    std::printf("%s on %s, %d sampler steps\n", result.world.c_str(), result.device.c_str(),
                result.sampler_steps);
    for (const auto& run : result.runs) print_text(run);
}

}  // namespace

void add_bench_kernels(CLI::App& bench) {
    auto options = std::make_shared<Options>();
    CLI::App* kernels = bench.add_subcommand(
        "kernels", "What each part of a step multiplies, and how near it comes to the machine's own rate");
    options->world.declare(*kernels);
    kernels
        ->add_option("--rounds", options->rounds,
                     "How often everything is measured; more is steadier on a busy machine")
        ->check(CLI::Range(1, 10'000))
        ->capture_default_str();
    kernels->add_flag("--json", options->json, "Print one JSON object");
    kernels->footer(
        "With one thread and with all. The machine's rates are those of one large 3 x 3 convolution "
        "(channels_last) and of\n"
        "one product of 2048 x 2048 matrices; shares are taken against the rate in the networks' own "
        "precision, measured\n"
        "next to each step. A multiplication and an addition count as two operations. \"multiplying\" is the "
        "share of a part's\n"
        "time that convolutions, matrix products and attention take; the rest moves numbers. --json lists "
        "the "
        "operations of\n"
        "every part, which observation makes some microseconds slower each. On the processor only.");
    kernels->callback([options] { bench_kernels(*options); });
}

}  // namespace rv::tools
