#include <GLFW/glfw3.h>
#include <doctest/doctest.h>

#include "engine/platform/input_map.h"

using namespace rv::platform;
using rv::TimePoint;
using std::chrono::milliseconds;

namespace {

TimePoint at(int ms) {
    return TimePoint(milliseconds(ms));
}
Event key(int code, bool pressed, int ms = 0) {
    return {at(ms), KeyEvent{code, pressed, false}};
}
Event mouse(double dx, double dy, bool captured, int ms = 0) {
    return {at(ms), MouseMoveEvent{dx, dy, captured}};
}

}  // namespace

TEST_CASE("[InputMap] keys become the action that they stand for") {
    InputMap map;
    map.handle(key(GLFW_KEY_W, true));
    map.handle(key(GLFW_KEY_D, true));
    map.handle(key(GLFW_KEY_Q, true));
    map.handle(key(GLFW_KEY_LEFT_SHIFT, true));
    const rv::Action action = map.sample().held.action;
    CHECK(action == rv::Action{.forward = 1, .sideways = 1, .turn = -1, .look = 0, .run = 1, .jump = 0});
    map.handle(key(GLFW_KEY_W, false));
    CHECK(map.sample().held.action.forward == 0);
    CHECK(map.sample().held.action.sideways == 1);
}

TEST_CASE("[InputMap] opposite keys cancel out, equal ones do not add up") {
    InputMap map;
    map.handle(key(GLFW_KEY_W, true));
    map.handle(key(GLFW_KEY_S, true));
    CHECK(map.sample().held.action.forward == 0);
    map.handle(key(GLFW_KEY_E, true));
    map.handle(key(GLFW_KEY_RIGHT, true));
    CHECK(map.sample().held.action.turn == 1);
}

TEST_CASE("[InputMap] a key tapped between two samples counts once") {
    InputMap map;
    map.handle(key(GLFW_KEY_W, true));
    map.handle(key(GLFW_KEY_W, false));
    CHECK(map.sample().held.action.forward == 1);
    CHECK(map.sample().held.action.forward == 0);
}

TEST_CASE("[InputMap] says when the newest change of the motion happened") {
    InputMap map;
    CHECK_FALSE(map.sample().event_time);
    map.handle(key(GLFW_KEY_W, true, 5));
    map.handle(key(GLFW_KEY_F1, true, 9));  // no motion
    CHECK(map.sample().event_time == at(5));
    CHECK_FALSE(map.sample().event_time);
    map.handle(key(GLFW_KEY_W, false, 20));
    CHECK(map.sample().event_time == at(20));
}

TEST_CASE("[InputMap] a command happens once per press, not per repeat, in order") {
    InputMap map;
    map.handle(key(GLFW_KEY_F5, true));
    map.handle({at(0), KeyEvent{GLFW_KEY_F5, true, true}});
    map.handle(key(GLFW_KEY_F5, true));
    map.handle(key(GLFW_KEY_F1, true));
    CHECK(map.take_commands() == std::vector{Command::ToggleRecord, Command::ToggleHelp});
    CHECK(map.take_commands().empty());
    map.handle(key(GLFW_KEY_F5, false));
    map.handle(key(GLFW_KEY_F5, true));
    CHECK(map.take_commands() == std::vector{Command::ToggleRecord});
}

TEST_CASE("[InputMap] what a panel takes does nothing, but releases are always seen") {
    InputMap map;
    map.handle(key(GLFW_KEY_W, true), {.keyboard = true});
    map.handle(key(GLFW_KEY_R, true), {.keyboard = true});
    CHECK(map.sample().held.action.forward == 0);
    CHECK(map.take_commands().empty());
    map.handle(key(GLFW_KEY_W, false));
    map.handle(key(GLFW_KEY_W, true));
    map.handle(key(GLFW_KEY_W, false), {.keyboard = true});
    static_cast<void>(map.sample());
    CHECK(map.sample().held.action.forward == 0);
}

TEST_CASE("[InputMap] only a captured mouse looks around: right turns right, up looks up") {
    Bindings bindings = default_bindings();
    bindings.mouse_sensitivity = 0.01f;
    InputMap map(bindings);
    map.handle(mouse(50, 50, false));
    CHECK(map.sample().mouse == Turning{});
    map.handle(mouse(150, -20, true, 3));
    map.handle(mouse(50, -20, true, 4));
    const MotionSample sample = map.sample();
    CHECK(sample.mouse.turn == doctest::Approx(2.0));
    CHECK(sample.mouse.look == doctest::Approx(0.4));
    CHECK(sample.event_time == at(4));
    CHECK(map.sample().mouse == Turning{});

    bindings.invert_mouse_y = true;
    map.set_bindings(bindings);
    map.handle(mouse(0, -20, true));
    CHECK(map.sample().mouse.look == doctest::Approx(-0.2));
}

TEST_CASE("[InputMap] losing the keyboard lets go of everything") {
    InputMap map;
    map.handle(key(GLFW_KEY_W, true, 1));
    static_cast<void>(map.sample());
    map.handle({at(7), FocusEvent{false}});
    const MotionSample sample = map.sample();
    CHECK(sample.held == Motion{});
    CHECK(sample.event_time == at(7));
}

TEST_CASE("[InputMap] a gamepad moves and commands like the keyboard") {
    InputMap map;
    GamepadState pad;
    pad.axes[GLFW_GAMEPAD_AXIS_LEFT_Y] = -1;  // pushed forward
    pad.axes[GLFW_GAMEPAD_AXIS_RIGHT_X] = 1;
    pad.buttons[GLFW_GAMEPAD_BUTTON_START] = true;
    map.set_gamepad(pad, at(1));
    map.set_gamepad(pad, at(2));
    CHECK(map.take_commands() == std::vector{Command::Pause});
    const MotionSample sample = map.sample();
    CHECK(sample.held.action.forward == doctest::Approx(1));
    CHECK(sample.held.action.turn == doctest::Approx(1));
    CHECK(sample.event_time == at(1));
    map.set_gamepad(std::nullopt, at(3));  // pulled out
    CHECK(map.sample().held == Motion{});
}

TEST_CASE("[Gamepad] a stick does nothing in its dead zone and reaches 1 at the rim, in every direction") {
    CHECK(apply_dead_zone({0.1f, -0.1f}, 0.2f).x == 0);
    CHECK(apply_dead_zone({1.0f, 0.0f}, 0.2f).x == doctest::Approx(1));
    CHECK(apply_dead_zone({0.6f, 0.0f}, 0.2f).x == doctest::Approx(0.5));
    const Stick diagonal = apply_dead_zone({0.8f, 0.8f}, 0.2f);  // longer than 1: held at the rim
    CHECK(diagonal.x == doctest::Approx(0.70711));
    CHECK(diagonal.y == doctest::Approx(0.70711));
}

TEST_CASE("[Gamepad] triggers run from 0 to 1") {
    GamepadState pad;
    CHECK(conditioned_axes(pad, 0.0f)[4] == 0);
    pad.axes[4] = 0.0f;
    CHECK(conditioned_axes(pad, 0.0f)[4] == doctest::Approx(0.5));
    pad.axes[4] = 1.0f;
    CHECK(conditioned_axes(pad, 0.2f)[4] == doctest::Approx(1.0));
}

TEST_CASE("[InputMap] while it listens the next press is told, and means nothing") {
    InputMap map;
    map.listen();
    map.handle(key(GLFW_KEY_P, true), {.keyboard = true});  // a text box would not get it either
    CHECK(map.take_commands().empty());
    const auto heard = map.take_heard();
    REQUIRE(heard);
    CHECK(to_string(heard->source) == "P");
    CHECK_FALSE(map.take_heard());
    CHECK_FALSE(map.listening());
    map.handle(key(GLFW_KEY_P, false));
    map.handle(key(GLFW_KEY_P, true));
    CHECK(map.take_commands().size() == 1);
}

TEST_CASE("[InputMap] while it listens a far push of a stick is told, with its direction") {
    InputMap map;
    map.listen();
    GamepadState pad;
    pad.axes[1] = -0.4f;
    map.set_gamepad(pad, at(0));
    CHECK_FALSE(map.take_heard());
    pad.axes[1] = -1;
    map.set_gamepad(pad, at(1));
    const auto heard = map.take_heard();
    REQUIRE(heard);
    CHECK(to_string(heard->source) == "Pad Left Y");
    CHECK(heard->scale == -1);
}

TEST_CASE("[InputMap] says what is pressed, whatever it means") {
    InputMap map;
    map.handle(key(GLFW_KEY_W, true));
    map.handle(key(GLFW_KEY_Y, true));  // bound to nothing
    const auto pressed = map.pressed();
    REQUIRE(pressed.size() == 2);
    CHECK(to_string(pressed[1]) == "Y");
}

TEST_CASE("[InputMap] buttons of a world are held one by one, and a short press counts once") {
    const std::vector<std::vector<std::string>> sources = {{"E"}, {"Mouse Left"}};
    InputMap map(with_buttons(default_bindings(), sources));
    CHECK(map.sample().held.action.buttons == 0);
    map.handle(key(GLFW_KEY_E, true, 3));
    map.handle({at(4), MouseButtonEvent{GLFW_MOUSE_BUTTON_LEFT, true}});
    const MotionSample both = map.sample();
    CHECK(both.held.action.buttons == 3);
    CHECK(both.held.action.turn == 0);  // E turns no longer
    CHECK(both.event_time == at(4));
    map.handle(key(GLFW_KEY_E, false));
    CHECK(map.sample().held.action.buttons == 2);
    map.handle(key(GLFW_KEY_E, true));
    map.handle(key(GLFW_KEY_E, false));
    CHECK(map.sample().held.action.buttons == 3);
    CHECK(map.sample().held.action.buttons == 2);
}
