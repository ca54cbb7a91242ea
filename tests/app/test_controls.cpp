#include <GLFW/glfw3.h>
#include <doctest/doctest.h>

#include "engine/app/controls.h"
#include "tests/support/temporary_folder.h"

using namespace rv;
using namespace rv::app;
using namespace rv::platform;
using rv::tests::TemporaryFolder;
using Kind = InputSource::Kind;

namespace {

Heard key(int code) {
    return {{Kind::Key, code}, 1};
}

std::size_t row_of(const ui::ControlsState& state, const std::string& label) {
    for (std::size_t i = 0; i < state.rows.size(); ++i)
        if (state.rows[i].label == label) return i;
    FAIL("no such row: " << label);
    return 0;
}

void press(InputMap& input, int code) {
    input.handle({TimePoint(), KeyEvent{code, true, false}});
    input.handle({TimePoint(), KeyEvent{code, false, false}});
}

}  // namespace

TEST_CASE("[Controls] a key that is given to an action means nothing else any more") {
    const Bindings bindings = with_source(default_bindings(), {Command::Screenshot}, 0, key(GLFW_KEY_P));
    CHECK(sources_of(bindings, Command::Screenshot) == std::vector<std::string>{"P"});
    CHECK(sources_of(bindings, Command::Pause) == std::vector<std::string>{"Pad Start"});
}

TEST_CASE("[Controls] one more key, and one away again") {
    Bindings bindings = with_source(default_bindings(), {Axis::Forward, -1}, 9, key(GLFW_KEY_X));
    CHECK(sources_of(bindings, Axis::Forward) == std::vector<std::string>{"W", "S", "Pad Left Y", "X"});
    CHECK(bindings.table.back().scale == -1);
    bindings = without_source(bindings, {Axis::Forward, -1}, 0);
    CHECK(sources_of(bindings, Axis::Forward) == std::vector<std::string>{"W", "Pad Left Y", "X"});
    CHECK(without_source(bindings, {Axis::Run, 1}, 99).table.size() == bindings.table.size());
}

TEST_CASE("[Controls] the key that it has already changes nothing, and Space may both jump and rise") {
    const Bindings same = with_source(default_bindings(), {Axis::Forward, 1}, 0, key(GLFW_KEY_W));
    CHECK(same.table.size() == default_bindings().table.size());
    const Bindings jump = with_source(default_bindings(), {Axis::Jump, 1}, 0, key(GLFW_KEY_SPACE));
    CHECK(sources_of(jump, Axis::Rise) == sources_of(default_bindings(), Axis::Rise));
}

TEST_CASE("[Controls] a stick that is pushed back goes both ways, turned round") {
    const Heard pushed{{Kind::PadAxis, GLFW_GAMEPAD_AXIS_RIGHT_Y}, -1};
    const Bindings bindings = with_source(default_bindings(), {Axis::Forward, 1}, 1, pushed);
    InputMap map(bindings);
    GamepadState pad;
    pad.axes[GLFW_GAMEPAD_AXIS_RIGHT_Y] = -1;
    map.set_gamepad(pad, TimePoint());
    CHECK(map.sample().held.action.forward == 1);
    pad.axes[GLFW_GAMEPAD_AXIS_RIGHT_Y] = 1;
    map.set_gamepad(pad, TimePoint());
    CHECK(map.sample().held.action.forward == -1);
}

TEST_CASE("[Controls] a click and a press change a key, at once and for the next start") {
    const TemporaryFolder folder;
    InputMap input;
    Controls controls(input, folder / "controls.toml", [](const std::string& text) { FAIL(text); });
    const std::size_t row = row_of(controls.update({}), "Walk forward");
    controls.obey({.listen = ui::ControlSlot{row, 0}});
    CHECK(controls.update({}).listening == ui::ControlSlot{row, 0});
    press(input, GLFW_KEY_I);
    CHECK(input.take_commands().empty());
    const ui::ControlsState& state = controls.update({});
    CHECK_FALSE(state.listening);
    CHECK(state.rows[row].sources == std::vector<std::string>{"I", "Pad Left Y"});
    CHECK(controls.take_change());
    CHECK_FALSE(controls.take_change());
    input.handle({TimePoint(), KeyEvent{GLFW_KEY_I, true, false}});
    CHECK(input.sample().held.action.forward == 1);
    CHECK(controls.update({}).rows[row].pressed[0]);
    CHECK(sources_of(load_bindings(folder / "controls.toml"), Axis::Forward) ==
          sources_of(input.bindings(), Axis::Forward));
}

TEST_CASE("[Controls] Escape leaves a key as it was, and no command can be put on a stick") {
    InputMap input;
    std::string told;
    Controls controls(input, {}, [&](const std::string& text) { told = text; });
    const std::size_t row = row_of(controls.update({}), "Pause");
    controls.obey({.listen = ui::ControlSlot{row, 0}});
    press(input, GLFW_KEY_ESCAPE);
    CHECK(controls.update({}).rows[row].sources == sources_of(default_bindings(), Command::Pause));
    CHECK(told.empty());
    controls.obey({.listen = ui::ControlSlot{row, 0}});
    GamepadState pad;
    pad.name = "A pad";
    pad.axes[0] = 1;
    input.set_gamepad(pad, TimePoint());
    CHECK(controls.update(pad).rows[row].sources == sources_of(default_bindings(), Command::Pause));
    CHECK(told.find("stick") != std::string::npos);
    CHECK(controls.update(pad).gamepad == "A pad");
    CHECK(controls.update(pad).felt_x == 1);
}

TEST_CASE("[Controls] the feel of mouse and sticks is kept, and the first keys come back") {
    const TemporaryFolder folder;
    InputMap input;
    Controls controls(input, folder / "controls.toml", [](const std::string& text) { FAIL(text); });
    controls.obey({.feel = ui::ControlFeel{0.1f, true, 0.3f, 2.0f}});
    const Bindings kept = load_bindings(folder / "controls.toml");
    CHECK(kept.mouse_sensitivity == doctest::Approx(0.1f));
    CHECK(kept.invert_mouse_y);
    CHECK(kept.gamepad_dead_zone == doctest::Approx(0.3f));
    CHECK(kept.gamepad_curve == 2);
    controls.obey({.reset = true});
    CHECK(controls.update({}).feel == ui::ControlFeel{});
}
