#include "world_model/evaluation/overlap.h"

#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <barrier>
#include <map>
#include <string_view>
#include <thread>

#include "world_model/device_timer.h"
#include "world_model/evaluation/device_rates.h"
#include "world_model/numerics.h"

namespace rv::world_model {
namespace {

using Work = std::unique_ptr<CapturedWork>;

// Of the parts of a step, those that paint or those that do not; what they read has been made.
Work half(DeviceStep& step, const SamplerSettings& settings, bool paints) {
    const Noise noise = repeated_noise();
    const auto parts = step.parts_of_step(settings, noise);
    for (const auto& part : parts) part.work();
    return capture(step.state().parts.device, [parts, paints] {
        torch::NoGradGuard no_grad;
        for (const auto& part : parts)
            if ((std::string_view(part.name) == "paint") == paints) part.work();
    });
}

// Milliseconds of one round of `work` on a stream of its own, each round beside the other thread's.
double rounds_of(CapturedWork& work, const torch::Device& device, int threads, int rounds,
                 std::barrier<>& both) {
    use_threads(threads);
    c10::OptionalStreamGuard aside;
    if (!device.is_cpu())
        aside.reset_stream(c10::impl::VirtualGuardImpl(device.type()).getStreamFromGlobalPool(device));
    DeviceTimer timer(device);
    double ms = 0;
    for (int round = 0; round <= rounds; ++round) {  // the first does not count
        both.arrive_and_wait();
        timer.start();
        work.run();
        timer.stop();
        const double took = timer.ms();
        if (round > 0) ms += took / rounds;
    }
    return ms;
}

}  // namespace

Noise repeated_noise() {
    const auto drawn = std::make_shared<std::map<std::vector<int64_t>, torch::Tensor>>();
    return Noise(Noise::Draw([drawn](torch::IntArrayRef sizes, const torch::Device& device) {
        torch::Tensor& noise = (*drawn)[sizes.vec()];
        if (!noise.defined()) noise = torch::randn(sizes, generator_for(0, drawn->size())).to(device);
        return noise;
    }));
}

OverlapTimes measure_overlap(DeviceStep& mover, DeviceStep& painter, const SamplerSettings& settings,
                             int rounds) {
    torch::NoGradGuard no_grad;
    const torch::Device device = mover.state().parts.device;
    const int threads = torch::get_num_threads();
    const DeviceState before(mover.state());
    const Work moves = half(mover, settings, false), paints = half(painter, settings, true),
               own_paint = half(mover, settings, true);
    OverlapTimes times;
    times.alone_ms = time_of(device, rounds, [&] {
        moves->run();
        own_paint->run();
    });
    std::barrier both(2);
    double moved_ms = 0, painted_ms = 0;
    const int each = std::max(1, threads / 2);
    const TimePoint begin = Clock::now();
    std::thread beside([&] { painted_ms = rounds_of(*paints, device, each, rounds, both); });
    std::thread ahead([&] { moved_ms = rounds_of(*moves, device, each, rounds, both); });
    beside.join();
    ahead.join();
    times.overlapped_ms = milliseconds_between(begin, Clock::now()) / (rounds + 1);
    times.delay_ms = moved_ms + painted_ms;
    use_threads(threads);
    mover.state().copy_from(before);
    painter.state().copy_from(before);
    return times;
}

}  // namespace rv::world_model
