#pragma once
/// When the window draws again: soon after a new frame of the world or an event, otherwise at a calm steady
/// rate. Time is passed in.

#include <algorithm>

#include "engine/core/clock.h"

namespace rv::app {

class RedrawPacer {
  public:
    /// @param highest_rate with something new, per second. @param steady_rate without, at most the highest.
    RedrawPacer(double highest_rate, double steady_rate)
        : shortest_(period(highest_rate)), steady_(std::max(period(steady_rate), shortest_)) {}

    /// @param news whether a frame waits that was never shown, or the person did something.
    [[nodiscard]] TimePoint due(bool news) const { return last_ + (news ? shortest_ : steady_); }
    void drawn(TimePoint begin) { last_ = begin; }

  private:
    static Clock::duration period(double rate) {
        return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(1.0 / rate));
    }
    Clock::duration shortest_, steady_;
    TimePoint last_{};
};

}  // namespace rv::app
