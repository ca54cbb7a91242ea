#include "tools/bench_runs.h"

#include "engine/app/application.h"
#include "engine/app/resources.h"
#include "engine/core/error.h"

namespace rv::tools {

app::BenchResult bench_in_window(const WorldOptions& options, double seconds, bool uncapped) {
    app::ApplicationStatistics statistics;
    app::ApplicationOptions application;
    application.world = app::find_world(options.world);
    application.open = options.open();
    application.start = options.start();
    application.sampler_steps = options.steps;
    application.uncapped = uncapped;
    application.seconds = seconds;
    application.synthetic_input = app::varying_input;
    application.statistics = &statistics;
    if (app::run_application(application) != 0) throw Error("the explorer ended with an error");

    app::BenchResult result;
    result.world = world_model::read_world_info(application.world).name;
    result.device = options.device;
    result.threads = app::resolved_threads(app::beside_a_window(application.open));
    result.seconds = statistics.seconds;
    result.generated_frames = statistics.generated_frames;
    result.generated_fps = statistics.generated_fps;
    result.shown_fps = statistics.shown_fps;
    result.step_ms_p50 = statistics.step_ms_p50;
    result.step_ms_p99 = statistics.step_ms_p99;
    result.input_to_present_ms_p50 = statistics.input_to_present_ms_p50;
    result.input_to_present_ms_p99 = statistics.input_to_present_ms_p99;
    result.rss_mib = app::resident_memory_mib();
    return result;
}

app::BenchOptions bench_options(const WorldOptions& options) {
    app::BenchOptions bench;
    bench.world = app::find_world(options.world);
    bench.open = options.open();
    bench.start = options.start();
    bench.sampler_steps = options.steps;
    return bench;
}

app::BenchResult bench_without_window(const WorldOptions& options, double seconds) {
    app::BenchOptions bench = bench_options(options);
    bench.seconds = seconds;
    return app::bench_headless(bench, world_model::open_world);
}

}  // namespace rv::tools
