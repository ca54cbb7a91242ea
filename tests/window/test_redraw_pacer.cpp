#include <doctest/doctest.h>

#include "engine/app/redraw_pacer.h"

using namespace rv;
using std::chrono::milliseconds;

TEST_CASE("[RedrawPacer] draws at once at first, then at the steady rate, sooner with a new frame") {
    app::RedrawPacer pacer(50, 25);
    const TimePoint begin = TimePoint{} + std::chrono::hours(1);
    CHECK(pacer.due(false) <= begin);
    pacer.drawn(begin, begin);
    CHECK(pacer.due(false) == begin + milliseconds(40));
    CHECK(pacer.due(true) == begin + milliseconds(20));
}

TEST_CASE("[RedrawPacer] a steady rate above the highest makes no difference") {
    app::RedrawPacer pacer(50, 100);
    pacer.drawn(TimePoint{}, TimePoint{});
    CHECK(pacer.due(false) == pacer.due(true));
}

TEST_CASE("[RedrawPacer] leaves the window free for a frame that is about to come") {
    app::RedrawPacer pacer(100, 50, true);  // 20 ms
    const TimePoint begin = TimePoint{} + std::chrono::hours(1);
    pacer.frame_finished(begin - milliseconds(60));
    pacer.frame_finished(begin);  // the next one is expected at 60
    pacer.drawn(begin, begin + milliseconds(15));
    CHECK(pacer.due(false) == begin + milliseconds(20));
    pacer.drawn(begin + milliseconds(30), begin + milliseconds(45));
    CHECK(pacer.due(false) == begin + milliseconds(68));  // at 50 it would be drawing when the frame comes
    CHECK(pacer.due(true) == begin + milliseconds(40));   // which is shown as soon as ever
    pacer.drawn(begin + milliseconds(70), begin + milliseconds(85));
    CHECK(pacer.due(false) == begin + milliseconds(90));  // it did not come: calmly on
}

TEST_CASE("[RedrawPacer] after a pause no frame is waited for") {
    app::RedrawPacer pacer(100, 50, true);
    const TimePoint begin = TimePoint{} + std::chrono::hours(1);
    pacer.frame_finished(begin - std::chrono::seconds(5));
    pacer.frame_finished(begin);
    pacer.drawn(begin, begin + milliseconds(15));
    CHECK(pacer.due(false) == begin + milliseconds(20));
}
