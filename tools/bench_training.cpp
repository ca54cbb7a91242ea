/// reverie bench training: how much of what the device can multiply a training step gets.

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "engine/app/resources.h"
#include "tools/bench_commands.h"
#include "tools/world_options.h"
#include "world_model/evaluation/training_profile.h"

namespace rv::tools {
namespace {

struct Options {
    WorldOptions world;
    std::int64_t batch = 64;
    int steps = 20;
    bool json = false;
};

void bench_training(const Options& options) {
    const world_model::TrainingProfile p = world_model::profile_training(
        app::find_world(options.world.world),
        {.open = options.world.open(), .batch = options.batch, .steps = options.steps});
    if (options.json) {
        const nlohmann::ordered_json json = {{"kind", p.kind},
                                             {"device", p.device},
                                             {"precision", p.precision},
                                             {"parameters", p.parameters},
                                             {"batch", p.batch},
                                             {"step_ms", p.step_ms},
                                             {"model_gflop", p.model_gflop},
                                             {"tflop_per_s", p.tflop_per_s},
                                             {"device_tflop_per_s", p.device_tflop_per_s},
                                             {"utilisation", p.utilisation}};
        std::printf("%s\n", json.dump(2).c_str());
        return;
    }
    std::printf("%s dynamics, %.1f M parameters, %s on %s\n", p.kind.c_str(),
                static_cast<double>(p.parameters) * 1e-6, p.precision.c_str(), p.device.c_str());
    std::printf("a step of %lld frames takes %.1f ms (p50): %.2f TFLOP/s of the device's %.2f, %.0f %%\n",
                static_cast<long long>(p.batch), p.step_ms, p.tflop_per_s, p.device_tflop_per_s,
                100 * p.utilisation);
}

}  // namespace

void add_bench_training(CLI::App& bench) {
    auto options = std::make_shared<Options>();
    CLI::App* training = bench.add_subcommand(
        "training", "How much of what the device can multiply a training step of the dynamics gets");
    options->world.declare(*training);
    training->add_option("--batch", options->batch, "Frames a step")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    training->add_option("--rounds", options->steps, "Steps to time")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    training->add_flag("--json", options->json, "Print one JSON object");
    training->footer(
        "Trains a fresh network of the configuration that the world's dynamics has, on random numbers: "
        "loss,\n"
        "gradients and optimizer. Counted is what the loss multiplies, three times: once forward, twice "
        "backward.\n"
        "The device's rate is that of one large matrix product in the same precision.");
    training->callback([options] { bench_training(*options); });
}

}  // namespace rv::tools
