#include <doctest/doctest.h>

#include "engine/app/redraw_pacer.h"

using namespace rv;
using std::chrono::milliseconds;

TEST_CASE("[RedrawPacer] draws at once at first, then at the steady rate, sooner with a new frame") {
    app::RedrawPacer pacer(50, 25);
    const TimePoint begin = TimePoint{} + std::chrono::hours(1);
    CHECK(pacer.due(false) <= begin);
    pacer.drawn(begin);
    CHECK(pacer.due(false) == begin + milliseconds(40));
    CHECK(pacer.due(true) == begin + milliseconds(20));
}

TEST_CASE("[RedrawPacer] a steady rate above the highest makes no difference") {
    app::RedrawPacer pacer(50, 100);
    pacer.drawn(TimePoint{});
    CHECK(pacer.due(false) == pacer.due(true));
}
