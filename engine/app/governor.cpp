#include "engine/app/governor.h"

#include <algorithm>

namespace rv::app {
namespace {

using std::chrono::milliseconds;

constexpr double kNewest = 0.2;  // weight of the newest frame: the averages remember about five
// A frame or two that hang (the system was busy elsewhere) shall not look like a load that stays.
constexpr double kLongestCounted = 1.25;  // in deadlines
constexpr int kHangingFrames = 2;
// The band between the two is where nothing changes: wider than the averages waver under a steady load.
constexpr double kLowerAbove = 0.95, kRaiseBelow = 0.80;  // in deadlines
constexpr int kWarmUpFrames = 2;                          // a network's first runs prepare its kernels
constexpr int kSettlingFrames = 4;  // after a change, until the averages are believed again
// A raise that has to be taken back soon was a mistake: each one doubles the time until the next.
constexpr Clock::duration kPatience = milliseconds(1000), kMostPatience = milliseconds(30'000);
constexpr Clock::duration kMistakeWithin = milliseconds(5000);

}  // namespace

FrameCost cost_of(const FrameMetadata& frame) {
    return {milliseconds_between(frame.sampled_time, frame.finished_time), frame.times.dynamics_ms};
}

void Governor::begin(int usual, int most) {
    most_ = std::max(most, 1);
    usual_ = std::clamp(usual, 1, most_);
    steps_ = frames_ = frames_at_steps_ = hanging_ = 0;
    rest_ms_ = sampler_step_ms_ = 0;
    has_room_ = raised_last_ = false;
    patience_ = kPatience;
}

void Governor::set_deadline_ms(double deadline_ms) {
    deadline_ms = std::max(deadline_ms, 0.0);
    if (deadline_ms == deadline_ms_) return;
    deadline_ms_ = deadline_ms;
    has_room_ = raised_last_ = false;
    patience_ = kPatience;
}

int Governor::steps(int asked) {
    if (!active()) {
        steps_ = 0;
        return asked;
    }
    if (steps_ == 0) {
        steps_ = std::clamp(asked > 0 ? asked : usual_, 1, most_);
        frames_ = frames_at_steps_ = hanging_ = 0;
    }
    return steps_;
}

void Governor::add(const FrameCost& cost, TimePoint now) {
    if (!active() || steps_ == 0) return;
    if (++frames_ <= kWarmUpFrames) return;
    const double longest = kLongestCounted * deadline_ms_;
    hanging_ = cost.total_ms > longest ? hanging_ + 1 : 0;
    const double counted = hanging_ > kHangingFrames ? cost.total_ms : std::min(cost.total_ms, longest);
    const double share =
        cost.sampling_ms > 0 && cost.total_ms > 0 ? std::min(cost.sampling_ms / cost.total_ms, 1.0) : 1.0;
    const double weight = frames_ == kWarmUpFrames + 1 ? 1.0 : kNewest;
    rest_ms_ += weight * (counted * (1 - share) - rest_ms_);
    sampler_step_ms_ += weight * (counted * share / steps_ - sampler_step_ms_);
    if (++frames_at_steps_ < kSettlingFrames) return;
    if (raised_last_ && now - changed_ > kMistakeWithin) {  // it has held
        raised_last_ = false;
        patience_ = kPatience;
    }
    if (expected_ms(steps_) > kLowerAbove * deadline_ms_)
        lower(now);
    else
        raise(now);
}

void Governor::lower(TimePoint now) {
    has_room_ = false;
    if (steps_ == 1) return;
    if (raised_last_) patience_ = std::min(2 * patience_, kMostPatience);
    int fewer = steps_ - 1;
    while (fewer > 1 && expected_ms(fewer) > kLowerAbove * deadline_ms_) --fewer;
    change_to(fewer, now);
    raised_last_ = false;
}

void Governor::raise(TimePoint now) {
    if (steps_ == most_ || expected_ms(steps_ + 1) > kRaiseBelow * deadline_ms_) {
        has_room_ = false;
        return;
    }
    if (!has_room_) room_since_ = now;
    has_room_ = true;
    if (now - room_since_ < patience_) return;
    change_to(steps_ + 1, now);
    raised_last_ = true;
}

void Governor::change_to(int steps, TimePoint now) {
    steps_ = steps;
    changed_ = now;
    frames_at_steps_ = 0;
    has_room_ = false;
}

}  // namespace rv::app
