#pragma once
/// Running figures over the newest measurements. Time is passed in; fixed memory.

#include <array>
#include <cstddef>
#include <span>

#include "engine/core/clock.h"

namespace rv::app {

/// The value that `fraction` (0 to 1) of the values do not exceed, by the nearest-rank rule; 0 without
/// values. Reorders `values`.
double percentile(std::span<double> values, double fraction);

/// The newest kCapacity values of anything.
class SampleRing {
  public:
    static constexpr std::size_t kCapacity = 512;

    void add(double value);
    void clear() { size_ = next_ = 0; }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] double mean() const;  ///< 0 without values
    [[nodiscard]] double percentile(double fraction) const;
    /// The newest values, oldest first, at most `out.size()`; returns how many were written.
    std::size_t newest(std::span<float> out) const;

  private:
    std::array<double, kCapacity> values_{};
    std::size_t size_ = 0, next_ = 0;
};

/// Events per second over the newest intervals.
class RateMeter {
  public:
    void tick(TimePoint now);
    /// The next interval is not counted: there was a pause.
    void interrupt() { started_ = false; }
    void clear();
    [[nodiscard]] double per_second() const;  ///< 0 before the second tick

  private:
    static constexpr std::size_t kIntervals = 64;  // about four seconds of a world, one of a window
    std::array<double, kIntervals> seconds_{};
    std::size_t size_ = 0, next_ = 0;
    TimePoint last_{};
    bool started_ = false;
};

/// What a panel shows of the generation.
struct StepSummary {
    double fps = 0;
    double ms_p50 = 0, ms_p99 = 0, ms_mean = 0;
};

class StepStatistics {
  public:
    /// @param step_ms how long the step took; @param finished when it was done.
    void add(double step_ms, TimePoint finished);
    void interrupt() { rate_.interrupt(); }
    void clear();
    [[nodiscard]] StepSummary summary() const;
    [[nodiscard]] const SampleRing& steps_ms() const { return steps_ms_; }

  private:
    SampleRing steps_ms_;
    RateMeter rate_;
};

}  // namespace rv::app
