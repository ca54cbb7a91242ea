/// reverie bench device: how near a captured step comes to what the device can move and multiply.

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "engine/app/resources.h"
#include "tools/bench_commands.h"
#include "tools/world_options.h"
#include "world_model/evaluation/device_profile.h"

namespace rv::tools {
namespace {

using world_model::DevicePart;
using world_model::DeviceProfile;
using Json = nlohmann::ordered_json;

struct Options {
    WorldOptions world;
    int rounds = 50;
    bool json = false;
};

Json json_of(const DevicePart& part) {
    return {{"name", part.name},         {"ms", part.ms},
            {"gflop", part.gflop},       {"megabytes", part.megabytes},
            {"bound_ms", part.bound_ms}, {"over_bound", part.over_bound}};
}

Json json_of(const DeviceProfile& profile) {
    Json json = {{"device", profile.device},
                 {"precision", profile.precision},
                 {"sampler_steps", profile.sampler_steps},
                 {"copy_gb_per_s", profile.copy_gb_per_s},
                 {"tflop_per_s", profile.tflop_per_s},
                 {"frames_per_s", 1000 / profile.parts.front().ms},
                 {"parts", Json::array()}};
    for (const DevicePart& part : profile.parts) json["parts"].push_back(json_of(part));
    json["overlap"] = {{"alone_ms", profile.overlap.alone_ms},
                       {"overlapped_ms", profile.overlap.overlapped_ms},
                       {"delay_ms", profile.overlap.delay_ms}};
    return json;
}

void print_text(const DeviceProfile& profile) {
    std::printf("%s, %s, %d sampler steps: %.1f frames/s\n", profile.device.c_str(),
                profile.precision.c_str(), profile.sampler_steps, 1000 / profile.parts.front().ms);
    std::printf("copies %.0f GB/s, multiplies %.2f TFLOP/s\n", profile.copy_gb_per_s, profile.tflop_per_s);
    std::printf("%-18s %9s %9s %9s %9s %7s\n", "part", "ms", "GFLOP", "MB", "bound ms", "over");
    for (const DevicePart& part : profile.parts)
        std::printf("%-18s %9.3f %9.3f %9.1f %9.3f %7.1f\n", part.name.c_str(), part.ms, part.gflop,
                    part.megabytes, part.bound_ms, part.over_bound);
    std::printf(
        "Painted beside the next frame's other half: a frame every %.3f ms instead of %.3f, shown after %.3f "
        "ms\n",
        profile.overlap.overlapped_ms, profile.overlap.alone_ms, profile.overlap.delay_ms);
}

void bench_device(const Options& options) {
    const DeviceProfile profile = world_model::profile_device(
        app::find_world(options.world.world),
        {.open = options.world.open(), .sampler_steps = options.world.steps, .rounds = options.rounds});
    if (options.json)
        std::printf("%s\n", json_of(profile).dump(2).c_str());
    else
        print_text(profile);
}

}  // namespace

void add_bench_device(CLI::App& bench) {
    auto options = std::make_shared<Options>();
    CLI::App* device = bench.add_subcommand(
        "device", "How near each part of a step comes to what the device can move and multiply");
    options->world.declare(*device);
    device->add_option("--rounds", options->rounds, "How often each part is replayed")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    device->add_flag("--json", options->json, "Print one JSON object");
    device->footer(
        "On a GPU each part is captured in a CUDA graph of its own and replayed; \"step\" is all of them in "
        "one\n"
        "graph, as the explorer replays it. The bound is what the part would take if it only moved what its "
        "operations\n"
        "take and give, at the rate of a large copy, or only multiplied, at the rate of a large matrix "
        "product,\n"
        "whichever is longer. Both rates are measured in the same run. Kernels of our own are not counted as "
        "moving\n"
        "anything.");
    device->callback([options] { bench_device(*options); });
}

}  // namespace rv::tools
