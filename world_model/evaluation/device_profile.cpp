#include "world_model/evaluation/device_profile.h"

#include <algorithm>

#include "engine/core/error.h"
#include "world_model/device_step.h"
#include "world_model/evaluation/device_rates.h"
#include "world_model/evaluation/overlap.h"
#include "world_model/evaluation/part_observer.h"
#include "world_model/numerics.h"
#include "world_model/part_scope.h"
#include "world_model/picture.h"
#include "world_model/world_file.h"

namespace rv::world_model {
namespace {

constexpr const char* kWhole = "step";

DevicePart bounded(const std::string& name, double ms, const PartRecord& record, const DeviceRates& rates) {
    DevicePart part{.name = name, .ms = ms, .gflop = record.flops * 1e-9, .megabytes = record.bytes * 1e-6};
    part.bound_ms = std::max(part.gflop / rates.tflop_per_s, part.megabytes / rates.copy_gb_per_s);
    if (part.bound_ms > 0) part.over_bound = ms / part.bound_ms;
    return part;
}

DeviceProfile profile_step(DeviceStep& step, const SamplerSettings& settings, int rounds) {
    torch::NoGradGuard no_grad;
    const WorldParts& world = step.state().parts;
    const torch::Device device = world.device;
    const DeviceState before(step.state());
    const Noise noise = repeated_noise();
    for (const auto& part : step.parts_of_step(settings, noise)) part.work();  // libraries choose algorithms

    PartRecords records;
    {
        const PartObserver observer(PartObserver::Detail::Operations);
        const PartScope whole(kWhole);
        for (const auto& part : step.parts_of_step(settings, noise)) as_part(part.name, part.work);
        records = observer.records();
    }
    const DeviceRates rates = measure_rates(device, world.dtype, rounds);
    DeviceProfile profile{.device = describe(device),
                          .precision = world.dtype == torch::kBFloat16 ? "bf16" : "fp32",
                          .sampler_steps = settings.steps,
                          .copy_gb_per_s = rates.copy_gb_per_s,
                          .tflop_per_s = rates.tflop_per_s,
                          .parts = {}};
    PartRecord all;
    const auto parts = step.parts_of_step(settings, noise);
    for (const auto& part : parts) {
        const auto captured = capture(device, part.work);
        captured->run();  // what it hands on has to be there
        const PartRecord& record = records[std::string(kWhole) + "/" + part.name];
        all.flops += record.flops;
        all.bytes += record.bytes;
        profile.parts.push_back(
            bounded(part.name, time_of(device, rounds, [&] { captured->run(); }), record, rates));
    }
    step.state().copy_from(before);
    const auto whole = capture(device, [&] {
        for (const auto& part : step.parts_of_step(settings, noise)) part.work();
    });
    profile.parts.insert(profile.parts.begin(),
                         bounded(kWhole, time_of(device, rounds, [&] { whole->run(); }), all, rates));
    step.state().copy_from(before);
    return profile;
}

}  // namespace

DeviceProfile profile_device(const std::filesystem::path& folder, const DeviceProfileOptions& options) {
    torch::NoGradGuard no_grad;
    const WorldFile file = read_world_file(folder);
    if (!file.family.empty())
        throw UsageError(file.title + " is no world of a tokenizer, a dynamics and a decoder",
                         "another --world");
    const WorldParts parts = open_parts(file, folder, options.open);
    const auto& start = file.start.front();
    const auto frame = load_picture(folder / start.file, parts.info.width, parts.info.height);
    DeviceStep step(DeviceState(parts, frame, {start.up[0], start.up[1], start.up[2]}));
    const SamplerSettings settings = parts.sampler({.sampler_steps = options.sampler_steps}, false);
    DeviceProfile profile = profile_step(step, settings, options.rounds);
    DeviceStep other(step.state());
    profile.overlap = measure_overlap(step, other, settings, options.rounds);
    return profile;
}

}  // namespace rv::world_model
