#include <doctest/doctest.h>

#include <cmath>
#include <thread>

#include "engine/app/bench.h"
#include "engine/app/bench_rewind.h"
#include "engine/core/error.h"
#include "tests/app/hash_world.h"

using namespace rv::app;

TEST_CASE("[bench] measures a world without a window") {
    auto probe = std::make_shared<hash_world::Probe>();
    probe->before_step = [](std::uint64_t) { std::this_thread::sleep_for(std::chrono::milliseconds(2)); };
    BenchOptions options;
    options.world = "hash";
    options.seconds = 0.3;
    const BenchResult result = bench_headless(options, hash_world::opener(probe));
    CHECK(result.world == "hash");
    CHECK(result.device == "test CPU");
    CHECK(result.generated_frames > 0);
    CHECK(result.generated_fps ==
          doctest::Approx(static_cast<double>(result.generated_frames) / result.seconds));
    CHECK(result.step_ms_p50 >= 2);  // what the world sleeps
    CHECK(result.step_ms_p99 >= result.step_ms_p50);
    CHECK(result.input_to_present_ms_p50 > 0);
    CHECK(result.rss_mib > 0);
    CHECK_FALSE(result.shown_fps);
}

TEST_CASE("[bench] a world that cannot be opened is an error") {
    BenchOptions options;
    options.world = "missing";
    CHECK_THROWS_AS(bench_headless(options, hash_world::opener(std::make_shared<hash_world::Probe>())),
                    rv::Error);
}

TEST_CASE("[bench] the scripted input stays in range and keeps changing") {
    for (double t = 0; t < 20; t += 0.1) {
        const rv::Action action = varying_input(t);
        CHECK(action == rv::clamped(action));
        CHECK_FALSE(action == varying_input(t + 0.1));
    }
}

TEST_CASE("[bench_rewind] goes to every frame that is kept") {
    const RewindTimes times =
        bench_rewind({.world = "hash"}, 40, hash_world::opener(std::make_shared<hash_world::Probe>()));
    CHECK(times.walked == 40);
    CHECK(times.kept == 41);  // the start frame too
    CHECK(times.ms_p50 >= 0);
    CHECK(times.ms_p50 <= times.ms_max);
}
