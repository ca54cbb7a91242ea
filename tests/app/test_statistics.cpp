#include <doctest/doctest.h>

#include <array>
#include <vector>

#include "engine/app/pacer.h"
#include "engine/app/statistics.h"

using namespace rv::app;
using rv::TimePoint;
using std::chrono::milliseconds;

namespace {

TimePoint at(int ms) {
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
    rate.tick(at(0));
    CHECK(rate.per_second() == 0);
    rate.tick(at(50));
    rate.tick(at(150));
    CHECK(rate.per_second() == doctest::Approx(2 / 0.150));
    rate.interrupt();
    rate.tick(at(60'000));
    rate.tick(at(60'150));
    CHECK(rate.per_second() == doctest::Approx(3 / 0.300));
}

TEST_CASE("[StepStatistics] sums up what a panel shows") {
    StepStatistics statistics;
    for (int i = 0; i < 10; ++i) statistics.add(i + 1, at(i * 100));
    const StepSummary summary = statistics.summary();
    CHECK(summary.fps == doctest::Approx(10));
    CHECK(summary.ms_p50 == 5);
    CHECK(summary.ms_p99 == 10);
    CHECK(summary.ms_mean == doctest::Approx(5.5));
    statistics.clear();
    CHECK(statistics.summary().fps == 0);
}

TEST_CASE("[Pacer] keeps the beat although rounds begin a little late") {
    Pacer pacer(10);  // 100 ms
    CHECK(pacer.due(at(0)) == at(0));
    pacer.begin(at(0));
    CHECK(pacer.due(at(30)) == at(100));
    pacer.begin(at(104));
    CHECK(pacer.due(at(110)) == at(200));
    pacer.begin(at(290));  // late, but by less than a period: the next one catches up
    CHECK(pacer.due(at(291)) == at(300));
}

TEST_CASE("[Pacer] starts a new beat after a long delay instead of racing") {
    Pacer pacer(10);
    pacer.begin(at(0));
    pacer.begin(at(1000));
    CHECK(pacer.due(at(1001)) == at(1100));
    pacer.restart();
    CHECK(pacer.due(at(1002)) == at(1002));
}

TEST_CASE("[Pacer] without a rate never waits") {
    Pacer pacer(0);
    pacer.begin(at(0));
    CHECK(pacer.due(at(0)) == at(0));
}
