#include <doctest/doctest.h>

#include <cmath>

#include "world_model/evaluation/statistics.h"

using namespace rv::world_model;

TEST_CASE("[estimate] mean over all samples, interval over groups") {
    Samples samples;
    for (int i = 0; i < 3; ++i) samples.add(7, 0);
    samples.add(9, 1);
    const Estimate e = estimate(samples);
    CHECK(e.value == doctest::Approx(0.25));
    CHECK(e.count == 4);
    // Drawing the same group twice happens in a quarter of the cases each.
    CHECK(e.low == 0);
    CHECK(e.high == 1);
    const Estimate again = estimate(samples);
    CHECK(again.low == e.low);
    CHECK(again.high == e.high);
}

TEST_CASE("[estimate] the interval shrinks around the mean as groups agree and grow in number") {
    Samples few, many, equal;
    for (int g = 0; g < 8; ++g) few.add(g, g % 2);
    for (int g = 0; g < 200; ++g) many.add(g, g % 2);
    for (int g = 0; g < 8; ++g) equal.add(g, 3);
    CHECK(estimate(equal).low == 3);
    CHECK(estimate(equal).high == 3);
    CHECK(estimate(many).high - estimate(many).low < estimate(few).high - estimate(few).low);
    // 95 % of means of 200 fair coins lie within 0.5 +- 1.96 * 0.5 / sqrt(200) = 0.069.
    CHECK(estimate(many).high == doctest::Approx(0.569).epsilon(0.03));
}

TEST_CASE("[estimate] no interval for one group, nothing at all for none") {
    Samples one;
    one.add(1, 5);
    CHECK(estimate(one).value == 5);
    CHECK(std::isnan(estimate(one).low));
    CHECK(std::isnan(estimate(Samples{}).value));
    CHECK(estimate(Samples{}).count == 0);
}

TEST_CASE("[estimate_ratio] groups are drawn together, so that what is common to both cancels") {
    Samples twice, once;
    for (int g = 1; g < 9; ++g) {
        once.add(g, g);
        twice.add(g, 2 * g);
    }
    const Estimate e = estimate_ratio(twice, once);
    CHECK(e.value == doctest::Approx(2));
    CHECK(e.low == doctest::Approx(2));
    CHECK(e.high == doctest::Approx(2));
}
