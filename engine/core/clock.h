#pragma once
/// Monotonic time. Code that paces or measures takes a time point as an argument, so tests pass their own.

#include <chrono>

namespace rv {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;

inline double milliseconds_between(TimePoint begin, TimePoint end) {
    return std::chrono::duration<double, std::milli>(end - begin).count();
}
inline double seconds_between(TimePoint begin, TimePoint end) {
    return std::chrono::duration<double>(end - begin).count();
}

}  // namespace rv
