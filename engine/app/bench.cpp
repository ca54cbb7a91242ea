#include "engine/app/bench.h"

#include <array>
#include <chrono>
#include <cmath>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/app/generation_thread.h"
#include "engine/app/resources.h"
#include "engine/core/error.h"

namespace rv::app {
namespace {

constexpr int kWarmUpFrames = 10;
constexpr auto kInputInterval = std::chrono::microseconds(16667);
constexpr std::size_t kExpectedFrames = 1 << 14;

/// Leaves every frame in host memory, as the window's path does, and keeps its times.
class MeasuringSink : public FrameSink {
  public:
    MeasuringSink() {
        steps_ms_.reserve(kExpectedFrames);
        latencies_ms_.reserve(kExpectedFrames);
    }

    void begin_world(const world_model::WorldInfo& info) override {
        for (auto& buffer : buffers_) buffer.resize(static_cast<std::size_t>(info.width) * info.height * 4);
    }

    void publish(const world_model::Rollout& rollout, const FrameMetadata& metadata) override {
        rollout.copy_frame(buffers_[metadata.index % buffers_.size()]);
        const TimePoint now = Clock::now();
        const std::lock_guard lock(mutex_);
        if (metadata.index == 0) return;
        ++frames_;
        if (frames_ == kWarmUpFrames) begin_ = now;
        if (frames_ <= kWarmUpFrames) return;
        end_ = now;
        steps_ms_.push_back(milliseconds_between(metadata.sampled_time, metadata.finished_time));
        if (metadata.input_time) latencies_ms_.push_back(milliseconds_between(*metadata.input_time, now));
    }

    [[nodiscard]] double measured_seconds(TimePoint now) const {
        const std::lock_guard lock(mutex_);
        return frames_ >= kWarmUpFrames ? seconds_between(begin_, now) : 0;
    }

    /// Once the generation thread has ended.
    void report(BenchResult& result) {
        const std::lock_guard lock(mutex_);
        result.generated_frames = steps_ms_.size();
        result.seconds = steps_ms_.empty() ? 0 : seconds_between(begin_, end_);
        result.generated_fps =
            result.seconds > 0 ? static_cast<double>(result.generated_frames) / result.seconds : 0;
        result.step_ms_p50 = percentile(steps_ms_, 0.50);
        result.step_ms_p99 = percentile(steps_ms_, 0.99);
        result.input_to_present_ms_p50 = percentile(latencies_ms_, 0.50);
        result.input_to_present_ms_p99 = percentile(latencies_ms_, 0.99);
    }

  private:
    std::array<std::vector<std::uint8_t>, 3> buffers_;
    mutable std::mutex mutex_;
    int frames_ = 0;
    TimePoint begin_{}, end_{};
    std::vector<double> steps_ms_, latencies_ms_;
};

void send_input(Control& control, double seconds, TimePoint now) {
    platform::MotionSample sample;
    sample.held.action = varying_input(seconds);
    sample.event_time = now;
    control.set_motion(sample);
}

}  // namespace

Action varying_input(double seconds) {
    Action action;
    action.forward = static_cast<float>(0.6 + 0.4 * std::sin(0.9 * seconds));
    action.sideways = static_cast<float>(0.3 * std::sin(0.5 * seconds + 1.0));
    action.turn = static_cast<float>(0.8 * std::sin(0.7 * seconds));
    action.look = static_cast<float>(0.2 * std::sin(1.3 * seconds));
    return action;
}

BenchResult bench_headless(const BenchOptions& options, const WorldOpener& open_world) {
    Control control;
    MeasuringSink sink;
    BenchResult result;
    {
        GenerationThread generation(control, sink, open_world, {.uncapped = true});
        control.post(OpenWorldRequest{options.world, options.open, options.start, options.sampler_steps});
        const TimePoint begin = Clock::now();
        for (TimePoint next = begin;; next += kInputInterval) {
            std::this_thread::sleep_until(next);
            const TimePoint now = Clock::now();
            send_input(control, seconds_between(begin, now), now);
            const GenerationStatus status = generation.status();
            if (status.state == GenerationStatus::State::Failed) throw Error(status.error);
            if (sink.measured_seconds(now) < options.seconds) continue;
            result.world = status.world->name;
            result.device = status.device;
            break;
        }
    }
    result.threads = resolved_threads(options.open);
    result.rss_mib = resident_memory_mib();
    sink.report(result);
    return result;
}

}  // namespace rv::app
