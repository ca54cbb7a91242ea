#include "engine/app/pacer.h"

namespace rv::app {

void Pacer::set_rate(double per_second) {
    period_ =
        per_second > 0
            ? std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(1.0 / per_second))
            : Clock::duration::zero();
    running_ = false;
}

TimePoint Pacer::due(TimePoint now) const {
    return running_ && next_ > now ? next_ : now;
}

void Pacer::begin(TimePoint now) {
    const bool on_beat = running_ && now - next_ < period_;
    next_ = (on_beat ? next_ : now) + period_;
    running_ = true;
}

}  // namespace rv::app
