#pragma once
/// Running figures over the newest measurements. Time is passed in; fixed memory.

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <span>
#include <vector>

#include "engine/core/clock.h"
#include "world_model/world.h"

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

/// One step of the world: when it was, and where its time went.
struct StepRecord {
    std::uint64_t frame = 0;
    TimePoint began{}, finished{};
    world_model::StepTimes times;
    double budget_ms = 0;  ///< what a frame has at the world's own rate; 0: no limit

    [[nodiscard]] double total_ms() const { return milliseconds_between(began, finished); }
    [[nodiscard]] bool late() const { return budget_ms > 0 && total_ms() > budget_ms; }
};

/// What a panel shows of the generation.
struct StepSummary {
    double fps = 0;
    double ms_p50 = 0, ms_p99 = 0, ms_mean = 0;
    std::uint64_t steps = 0, late = 0;  ///< since the last clear()
};

class StepStatistics {
  public:
    static constexpr std::size_t kKept = 4096;  ///< records; four and a half minutes at 15 frames a second

    void add(const StepRecord& step);
    void interrupt() { rate_.interrupt(); }
    void clear();
    [[nodiscard]] StepSummary summary() const;
    /// The newest, oldest first, at most `count`.
    [[nodiscard]] std::vector<StepRecord> newest(std::size_t count = kKept) const;

  private:
    SampleRing steps_ms_;
    RateMeter rate_;
    std::deque<StepRecord> records_;
    std::uint64_t steps_ = 0, late_ = 0;
};

/// One line a step: its frame, when it began (seconds since the first), milliseconds of each stage and of
/// all, and whether it was late. @throws FileError.
void write_steps_csv(const std::filesystem::path& file, std::span<const StepRecord> steps);

}  // namespace rv::app
