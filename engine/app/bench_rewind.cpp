#include "engine/app/bench_rewind.h"

#include <algorithm>
#include <vector>

#include "engine/app/statistics.h"

namespace rv::app {
namespace {

constexpr std::size_t kHistoryBytes = std::size_t{384} << 20;  // as in the window
constexpr std::size_t kStride = 7919;                          // a prime: neighbours are not visited in turn

class Picture : public FrameSink {
  public:
    void begin_world(const world_model::WorldInfo& info) override {
        rgba_.resize(static_cast<std::size_t>(info.width) * static_cast<std::size_t>(info.height) * 4);
    }
    void publish(const world_model::Rollout& rollout, const FrameMetadata&) override {
        rollout.copy_frame(rgba_);
    }

  private:
    std::vector<std::uint8_t> rgba_;
};

}  // namespace

RewindTimes bench_rewind(const BenchOptions& options, int frames, const WorldOpener& open_world) {
    Picture picture;
    Generation generation(picture, open_world, kHistoryBytes);
    generation.open(options.world, options.open, options.start);
    const double rate = generation.world().info().frame_rate;
    Steering steering;
    steering.sampler_steps = options.sampler_steps;
    for (int i = 0; i < frames; ++i) {
        steering.action = varying_input(i / rate);
        generation.step(steering);
    }
    const std::vector<std::uint64_t> kept = generation.history().tree().branches.front().kept;
    std::vector<double> times_ms;
    for (std::size_t i = 0; i < kept.size(); ++i) {
        const TimePoint begin = Clock::now();
        generation.rewind({0, kept[i * kStride % kept.size()]});
        times_ms.push_back(milliseconds_between(begin, Clock::now()));
    }
    RewindTimes times{static_cast<std::uint64_t>(frames), kept.size(), percentile(times_ms, 0.5),
                      percentile(times_ms, 0.99), std::ranges::max(times_ms)};
    return times;
}

}  // namespace rv::app
