#include "engine/app/bench_kernels.h"

#include <nlohmann/json.hpp>

#include "engine/app/wanderer.h"
#include "engine/core/error.h"

namespace rv::app {
namespace {

using Json = nlohmann::ordered_json;
using namespace world_model;

Json json_of(const MachineRate& rate) {
    return {{"kind", rate.kind},
            {"precision", rate.precision},
            {"gflop", rate.gflop},
            {"ms_p50", rate.ms_p50},
            {"gflops_per_second", rate.gflops_per_second}};
}

Json json_of(const OperationProfile& operation) {
    return {{"name", operation.name},
            {"calls", operation.calls},
            {"ms", operation.ms},
            {"gflop", operation.gflop},
            {"gflops_per_second", operation.gflops_per_second}};
}

Json json_of(const PartProfile& part) {
    Json json = {{"name", part.name},
                 {"calls", part.calls},
                 {"gflop", part.gflop},
                 {"ms_p50", part.ms_p50},
                 {"gflops_per_second", part.gflops_per_second},
                 {"share_of_convolution", part.share_of_convolution},
                 {"share_of_matrix_product", part.share_of_matrix_product},
                 {"multiplying", part.multiplying},
                 {"multiplying_gflops_per_second", part.multiplying_gflops_per_second},
                 {"operations", Json::array()}};
    for (const OperationProfile& operation : part.operations)
        json["operations"].push_back(json_of(operation));
    return json;
}

Json json_of(const KernelProfile& profile) {
    Json json = {{"threads", profile.threads},
                 {"precision", profile.precision},
                 {"rates", Json::array()},
                 {"step",
                  {{"condition_ms", profile.step.condition_ms},
                   {"dynamics_ms", profile.step.dynamics_ms},
                   {"decode_ms", profile.step.decode_ms},
                   {"total_ms", profile.step.total_ms}}},
                 {"parts", Json::array()}};
    for (const MachineRate& rate : profile.rates) json["rates"].push_back(json_of(rate));
    for (const PartProfile& part : profile.parts) json["parts"].push_back(json_of(part));
    return json;
}

}  // namespace

KernelBenchResult bench_kernels(const KernelBenchOptions& options, const WorldOpener& open_world) {
    if (options.open.device != DeviceKind::Cpu)
        throw UsageError("kernels are measured on the processor only", "--device cpu");
    NoSink sink;
    Generation generation(sink, open_world);
    generation.open(options.world, options.open, options.start);
    Wanderer wanderer(options.start.seed);
    Steering steering;
    steering.sampler_steps = options.sampler_steps;
    for (int i = 0; i < options.frames_before; ++i) {
        steering.action = wanderer.next();
        generation.step(steering);
    }

    const WorldInfo& info = generation.world().info();
    KernelBenchResult result;
    result.world = info.name;
    result.device = generation.world().device_name();
    result.sampler_steps = options.sampler_steps > 0 ? options.sampler_steps : info.default_sampler_steps;
    const StepInput input{wanderer.next(), std::nullopt, generation.frame().prompt, options.sampler_steps};
    const int all = resolved_threads(options.open);
    for (const int threads : all > 1 ? std::vector{1, all} : std::vector{1}) {
        const std::unique_ptr<Rollout> rollout = generation.rollout().copy();
        result.runs.push_back(profile_step(*rollout, input, {.threads = threads, .rounds = options.rounds}));
    }
    return result;
}

std::string to_json(const KernelBenchResult& result) {
    Json json = {{"world", result.world},
                 {"device", result.device},
                 {"sampler_steps", result.sampler_steps},
                 {"runs", Json::array()}};
    for (const KernelProfile& run : result.runs) json["runs"].push_back(json_of(run));
    return json.dump(2);
}

}  // namespace rv::app
