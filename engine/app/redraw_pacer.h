#pragma once
/// When the window draws again: soon after a new frame of the world or an event, otherwise at a calm steady
/// rate, but not while the world's next frame is about to come: it would have to wait for the old one being
/// drawn. Time is passed in.

#include <algorithm>
#include <chrono>

#include "engine/core/clock.h"

namespace rv::app {

class RedrawPacer {
  public:
    /// @param highest_rate with something new, per second. @param steady_rate without, at most the highest.
    /// @param keeps_free whether the window waits for a frame that is about to come, see above
    RedrawPacer(double highest_rate, double steady_rate, bool keeps_free = false)
        : keeps_free_(keeps_free),
          shortest_(period(highest_rate)),
          steady_(std::max(period(steady_rate), shortest_)) {}

    /// @param news whether a frame waits that was never shown, or the person did something.
    [[nodiscard]] TimePoint due(bool news) const {
        const TimePoint calm = last_ + (news ? shortest_ : steady_);
        if (!keeps_free_ || news || beat_ == Clock::duration::zero()) return calm;
        const TimePoint next = last_frame_ + beat_;
        return calm > next - took_ && calm < next + kLate ? next + kLate : calm;
    }
    /// @param begin of the drawing  @param end when it was presented
    void drawn(TimePoint begin, TimePoint end) {
        last_ = begin;
        took_ = end - begin;
    }
    /// A frame of the world was finished then; the next one is expected after as long as the last one took.
    void frame_finished(TimePoint at) {
        const auto since = at - last_frame_;
        beat_ = since > Clock::duration::zero() && since < kLongestBeat ? since : Clock::duration::zero();
        last_frame_ = at;
    }

  private:
    static constexpr Clock::duration kLate =
        std::chrono::milliseconds(8);  // that a frame may be, and be waited for
    static constexpr Clock::duration kLongestBeat = std::chrono::milliseconds(250);

    static Clock::duration period(double rate) {
        return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(1.0 / rate));
    }
    bool keeps_free_;
    Clock::duration shortest_, steady_;
    Clock::duration took_{}, beat_{};  // zero: no beat is known
    TimePoint last_{}, last_frame_{};
};

}  // namespace rv::app
