#include <doctest/doctest.h>

#include "engine/app/control.h"

using namespace rv::app;
using rv::TimePoint;
using rv::platform::MotionSample;
using std::chrono::milliseconds;

namespace {

TimePoint ms(int value) {
    return TimePoint(milliseconds(value));
}

MotionSample moving(float forward, std::optional<TimePoint> time = {}) {
    MotionSample sample;
    sample.held.action.forward = forward;
    sample.event_time = time;
    return sample;
}

}  // namespace

TEST_CASE("[Control] the newest input wins") {
    Control control;
    ControlSample sample;
    control.set_motion(moving(1));
    control.set_motion(moving(-0.5f));
    control.set_prompt("noon");
    control.set_prompt("night");
    control.set_sampler_steps(2);
    control.set_deadline_ms(40);
    control.take(sample);
    CHECK(sample.motion.action.forward == -0.5f);
    CHECK(sample.prompt == "night");
    CHECK(sample.sampler_steps == 2);
    CHECK(sample.deadline_ms == 40);
    control.take(sample);
    CHECK(sample.motion.action.forward == -0.5f);  // still held
}

TEST_CASE("[Control] hands out the time of the newest event once") {
    Control control;
    ControlSample sample;
    control.take(sample);
    CHECK_FALSE(sample.input_time);
    control.set_motion(moving(1, ms(3)));
    control.set_motion(moving(1, ms(8)));
    control.set_motion(moving(1));  // nothing new
    control.take(sample);
    CHECK(sample.input_time == ms(8));
    control.take(sample);
    CHECK_FALSE(sample.input_time);
}

TEST_CASE("[Control] a press between two frames steers one frame, a long one ends at once") {
    Control control;
    ControlSample sample;
    control.set_motion(moving(1));
    control.set_motion(moving(0));
    control.take(sample);
    CHECK(sample.motion.action.forward == 1);
    control.take(sample);
    CHECK(sample.motion.action.forward == 0);

    control.set_motion(moving(1));
    control.take(sample);
    control.set_motion(moving(1));
    control.set_motion(moving(0));  // released after having steered a frame
    control.take(sample);
    CHECK(sample.motion.action.forward == 0);
}

TEST_CASE("[Control] mouse motion adds to the keys, within limits, and what is left comes later") {
    Control control;
    ControlSample sample;
    MotionSample motion;
    motion.held.action.turn = 0.5f;
    motion.mouse.turn = 1.25f;
    control.set_motion(motion);
    control.take(sample);
    CHECK(sample.motion.action.turn == 1);
    motion.held = {};
    motion.mouse = {};
    control.set_motion(motion);
    control.take(sample);
    CHECK(sample.motion.action.turn == 0.25f);
    control.take(sample);
    CHECK(sample.motion.action.turn == 0);
}

TEST_CASE("[Control] paused, it permits exactly the single steps that were asked for") {
    Control control;
    CHECK(control.take_permission());
    control.single_step();  // not paused: means nothing
    control.set_paused(true);
    CHECK(control.paused());
    CHECK_FALSE(control.take_permission());
    control.single_step();
    control.single_step();
    CHECK(control.take_permission());
    CHECK(control.take_permission());
    CHECK_FALSE(control.take_permission());
    control.single_step();
    control.set_paused(false);
    control.set_paused(true);
    CHECK_FALSE(control.take_permission());
}

TEST_CASE("[Control] keeps requests in order") {
    Control control;
    CHECK_FALSE(control.take_request());
    control.post(BookmarkRequest{});
    control.post(ResetRequest{});
    CHECK(std::holds_alternative<BookmarkRequest>(*control.take_request()));
    CHECK(std::holds_alternative<ResetRequest>(*control.take_request()));
    CHECK_FALSE(control.take_request());
}

TEST_CASE("[Control] waiting ends for a request, a pause and a stop, whatever the time") {
    const TimePoint never = rv::Clock::now() + std::chrono::hours(1);
    Control control;
    control.post(ResetRequest{});
    control.wait_until(never);
    control.wait_for_request();
    control.wait_for_work();
    static_cast<void>(control.take_request());
    control.set_paused(true);
    control.wait_until(never);
    control.single_step();
    control.wait_for_work();
    control.stop();
    control.wait_for_request();
    CHECK(control.stopping());
}

TEST_CASE("[Control] a button of the world pressed between two frames steers one frame") {
    Control control;
    ControlSample sample;
    const auto holding = [](std::uint32_t buttons) {
        MotionSample motion;
        motion.held.action.buttons = buttons;
        return motion;
    };
    control.set_motion(holding(0b101));
    control.set_motion(holding(0b001));
    control.take(sample);
    CHECK(sample.motion.action.buttons == 0b101);
    control.take(sample);
    CHECK(sample.motion.action.buttons == 0b001);
}
