#pragma once
/// How long going back in time takes.

#include "engine/app/bench.h"

namespace rv::app {

struct RewindTimes {
    std::uint64_t walked = 0, kept = 0;  ///< frames
    double ms_p50 = 0, ms_p99 = 0, ms_max = 0;
};

/// Walks so many frames and then goes to each of the kept ones, in an order that jumps about. A jump ends
/// when its picture lies in host memory, as the window would show it. @throws Error.
RewindTimes bench_rewind(const BenchOptions& options, int frames, const WorldOpener& open_world);

}  // namespace rv::app
