/// reverie bench oasis: what keeping keys and values is worth.

#include <cstdio>
#include <memory>

#include "tools/bench_commands.h"
#include "tools/command.h"
#include "world_model/families/oasis/oasis_bench.h"

namespace rv::tools {
namespace {

using world_model::families::oasis::OasisBenchOptions;
using world_model::families::oasis::OasisBenchResult;

struct Options {
    OasisBenchOptions bench;
    bool json = false;
};

void print_text(const OasisBenchResult& r) {
    std::printf("Oasis, %s: %.1f M parameters in %s on %s, %d threads\n", r.size.c_str(),
                static_cast<double>(r.parameters) / 1e6, r.precision.c_str(), r.device.c_str(), r.threads);
    std::printf("loaded in      %.2f s\n", r.load_s);
    std::printf("recompute      %.0f ms a frame (p50; window of %d frames, %d denoising steps)\n",
                r.recompute_ms, r.window, r.steps);
    std::printf("cached         %.0f ms a frame (p50), of which the decoder takes %.0f ms\n", r.cached_ms,
                r.decode_ms);
    std::printf("ratio          %.1f\n", r.ratio);
    std::printf("memory         %.0f MiB of weights, %.0f MiB of keys and values; at most %.0f MiB in all\n",
                r.weights_mib, r.cache_mib, r.cached_peak_mib);
}

}  // namespace

void add_bench_oasis(CLI::App& bench) {
    auto options = std::make_shared<Options>();
    CLI::App* oasis = bench.add_subcommand(
        "oasis", "Oasis with its window recomputed for each step, as its authors do, and with kept keys");
    oasis->add_option("--size", options->bench.size, "Size of the networks")
        ->check(CLI::IsMember({"small", "full"}))
        ->capture_default_str();
    oasis->add_option("--rounds", options->bench.rounds, "How often both are measured in turns")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    oasis->add_option("--frames", options->bench.cached_frames, "Cached frames a round; of the others one")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    oasis->add_option("--steps", options->bench.steps, "Denoising steps; 0: as published")
        ->check(CLI::Range(0, 1000))
        ->capture_default_str();
    oasis->add_option("--threads", options->bench.open.threads, "CPU threads; 0: one a core")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    oasis->add_option("--precision", options->bench.precision, "auto, bf16 or fp32")
        ->check(CLI::IsMember({"auto", "bf16", "fp32"}))
        ->capture_default_str();
    oasis
        ->add_option("--weights", options->bench.weights,
                     "Folder of reverie make-oasis-weights to load; otherwise random numbers")
        ->check(CLI::ExistingDirectory);
    oasis->add_flag("--json", options->json, "Print one JSON object");
    oasis->footer(
        "Both with the same weights in one run, with a full window, noise to picture. Times and memory do "
        "not "
        "depend on\n"
        "what the weights say. \"cached_peak_mib\" is the most that the process held before the first "
        "recomputed "
        "frame.");
    oasis->callback([options] {
        const OasisBenchResult result = bench_oasis(options->bench);
        if (options->json)
            std::printf("%s\n", to_json(result).c_str());
        else
            print_text(result);
    });
}

namespace {

struct WeightOptions {
    std::string out, size = "full", precision = "bf16";
};

const Command kMakeWeights("make-oasis-weights", "Write random weights of Oasis's shape, to measure with",
                           [](CLI::App& app) -> Run {
                               auto options = std::make_shared<WeightOptions>();
                               app.add_option("--out", options->out, "Folder to write into")->required();
                               app.add_option("--size", options->size, "Size of the networks")
                                   ->check(CLI::IsMember({"small", "full"}))
                                   ->capture_default_str();
                               app.add_option("--precision", options->precision, "bf16 or fp32")
                                   ->check(CLI::IsMember({"bf16", "fp32"}))
                                   ->capture_default_str();
                               app.footer(
                                   "dit.safetensors, vae.safetensors and config.json, as reverie import "
                                   "and reverie bench oasis --weights read them.");
                               return [options] {
                                   world_model::families::oasis::write_random_weights(
                                       options->out, options->size, options->precision);
                                   return 0;
                               };
                           });

}  // namespace
}  // namespace rv::tools
