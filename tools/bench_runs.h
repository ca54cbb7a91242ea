#pragma once
/// One world measured, with and without a window.

#include "engine/app/bench.h"
#include "tools/world_options.h"

namespace rv::tools {

app::BenchOptions bench_options(const WorldOptions& options);
/// @param uncapped generates as fast as possible instead of at the world's frame rate. @throws Error
app::BenchResult bench_in_window(const WorldOptions& options, double seconds, bool uncapped);
app::BenchResult bench_without_window(const WorldOptions& options, double seconds);

}  // namespace rv::tools
