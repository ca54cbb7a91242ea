#pragma once
/// Keeps a loop at a steady rate at most. Time is passed in; whoever uses it does the waiting.

#include "engine/core/clock.h"

namespace rv::app {

class Pacer {
  public:
    /// @param per_second the highest rate; 0: no limit.
    explicit Pacer(double per_second = 0) { set_rate(per_second); }

    void set_rate(double per_second);
    /// When the next round may begin, seen from `now`. Small delays are caught up, so that the mean rate
    /// holds; after one of more than a period the beat starts anew, so that nothing races to make up for it.
    [[nodiscard]] TimePoint due(TimePoint now) const;
    /// A round begins now.
    void begin(TimePoint now);
    /// Forgets the beat: the next round is due at once.
    void restart() { running_ = false; }

  private:
    Clock::duration period_{};
    TimePoint next_{};
    bool running_ = false;
};

}  // namespace rv::app
