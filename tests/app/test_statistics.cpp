#include <doctest/doctest.h>

#include <array>
#include <vector>

#include "engine/app/pacer.h"
#include "engine/app/statistics.h"
#include "engine/core/error.h"
#include "tests/support/files.h"
#include "tests/support/temporary_folder.h"

using namespace rv::app;
using rv::TimePoint;
using std::chrono::milliseconds;

namespace {

TimePoint at_ms(int ms) {
    return TimePoint(milliseconds(1000 + ms));
}

}  // namespace

TEST_CASE("[percentile] follows the nearest-rank rule") {
    std::vector<double> values = {15, 20, 35, 40, 50};
    CHECK(percentile(values, 0.30) == 20);
    CHECK(percentile(values, 0.40) == 20);
    CHECK(percentile(values, 0.50) == 35);
    CHECK(percentile(values, 1.00) == 50);
    CHECK(percentile(values, 0.00) == 15);
    CHECK(percentile({}, 0.5) == 0);
}

TEST_CASE("[SampleRing] keeps the newest values only") {
    SampleRing ring;
    CHECK(ring.mean() == 0);
    for (std::size_t i = 0; i < SampleRing::kCapacity + 10; ++i) ring.add(static_cast<double>(i));
    CHECK(ring.size() == SampleRing::kCapacity);
    CHECK(ring.percentile(0.0) == 10);
    CHECK(ring.percentile(1.0) == SampleRing::kCapacity + 9);
    std::array<float, 3> newest{};
    CHECK(ring.newest(newest) == 3);
    CHECK(newest == std::array<float, 3>{SampleRing::kCapacity + 7, SampleRing::kCapacity + 8,
                                         SampleRing::kCapacity + 9});
    ring.clear();
    CHECK(ring.newest(newest) == 0);
}

TEST_CASE("[RateMeter] measures the rate and leaves pauses out") {
    RateMeter rate;
    CHECK(rate.per_second() == 0);
    rate.tick(at_ms(0));
    CHECK(rate.per_second() == 0);
    rate.tick(at_ms(50));
    rate.tick(at_ms(150));
    CHECK(rate.per_second() == doctest::Approx(2 / 0.150));
    rate.interrupt();
    rate.tick(at_ms(60'000));
    rate.tick(at_ms(60'150));
    CHECK(rate.per_second() == doctest::Approx(3 / 0.300));
}

namespace {

StepRecord step(std::uint64_t frame, int began_ms, int took_ms, double budget_ms = 0) {
    return {.frame = frame,
            .began = at_ms(began_ms),
            .finished = at_ms(began_ms + took_ms),
            .times = {.condition_ms = 1, .dynamics_ms = 2.5, .decode_ms = 3, .total_ms = 6.5},
            .budget_ms = budget_ms};
}

}  // namespace

TEST_CASE("[StepStatistics] keeps the newest steps, and no more than it promises") {
    StepStatistics statistics;
    const std::size_t count = StepStatistics::kKept + 10;
    for (std::size_t i = 0; i < count; ++i) statistics.add(step(i, static_cast<int>(i), 1));
    CHECK(statistics.newest().size() == StepStatistics::kKept);
    const auto newest = statistics.newest(3);
    REQUIRE(newest.size() == 3);
    CHECK(newest[0].frame == count - 3);
    CHECK(newest[2].frame == count - 1);
}

TEST_CASE("[write_steps_csv] one line a step, with its stages and whether it was late") {
    const rv::tests::TemporaryFolder folder;
    const StepRecord steps[] = {step(7, 100, 20, 50), step(8, 1100, 60, 50)};
    write_steps_csv(folder / "steps.csv", steps);
    CHECK(rv::tests::bytes_of(folder / "steps.csv") ==
          "frame,began_s,condition_ms,dynamics_ms,decode_ms,total_ms,late\n"
          "7,0.000,1.000,2.500,3.000,20.000,0\n"
          "8,1.000,1.000,2.500,3.000,60.000,1\n");
    CHECK_THROWS_AS(write_steps_csv(folder / "none" / "steps.csv", steps), rv::FileError);
}

TEST_CASE("[StepStatistics] sums up what a panel shows") {
    StepStatistics statistics;
    for (int i = 0; i < 10; ++i) statistics.add(step(i, i * 100 - i, i + 1, 7));
    const StepSummary summary = statistics.summary();
    CHECK(summary.steps == 10);
    CHECK(summary.late == 3);  // 8, 9 and 10 ms of the 7 that there were
    CHECK(summary.fps == doctest::Approx(10));
    CHECK(summary.ms_p50 == 5);
    CHECK(summary.ms_p99 == 10);
    CHECK(summary.ms_mean == doctest::Approx(5.5));
    statistics.clear();
    CHECK(statistics.summary().fps == 0);
}

TEST_CASE("[Pacer] keeps the beat although rounds begin a little late") {
    Pacer pacer(10);  // 100 ms
    CHECK(pacer.due(at_ms(0)) == at_ms(0));
    pacer.begin(at_ms(0));
    CHECK(pacer.due(at_ms(30)) == at_ms(100));
    pacer.begin(at_ms(104));
    CHECK(pacer.due(at_ms(110)) == at_ms(200));
    pacer.begin(at_ms(290));  // late, but by less than a period: the next one catches up
    CHECK(pacer.due(at_ms(291)) == at_ms(300));
}

TEST_CASE("[Pacer] starts a new beat after a long delay instead of racing") {
    Pacer pacer(10);
    pacer.begin(at_ms(0));
    pacer.begin(at_ms(1000));
    CHECK(pacer.due(at_ms(1001)) == at_ms(1100));
    pacer.restart();
    CHECK(pacer.due(at_ms(1002)) == at_ms(1002));
}

TEST_CASE("[Pacer] without a rate never waits") {
    Pacer pacer(0);
    pacer.begin(at_ms(0));
    CHECK(pacer.due(at_ms(0)) == at_ms(0));
}
