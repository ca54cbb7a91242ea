#include "engine/platform/gamepad.h"

#include <GLFW/glfw3.h>

#include <algorithm>
#include <cmath>

namespace rv::platform {

static_assert(kGamepadButtons == GLFW_GAMEPAD_BUTTON_LAST + 1);
static_assert(kGamepadAxes == GLFW_GAMEPAD_AXIS_LAST + 1);

std::optional<GamepadState> poll_gamepad() {
    for (int joystick = GLFW_JOYSTICK_1; joystick <= GLFW_JOYSTICK_LAST; ++joystick) {
        GLFWgamepadstate raw;
        if (!glfwJoystickIsGamepad(joystick) || !glfwGetGamepadState(joystick, &raw)) continue;
        GamepadState state;
        if (const char* name = glfwGetGamepadName(joystick)) state.name = name;
        for (int i = 0; i < kGamepadButtons; ++i) state.buttons[i] = raw.buttons[i] == GLFW_PRESS;
        std::copy_n(raw.axes, kGamepadAxes, state.axes.begin());
        return state;
    }
    return std::nullopt;
}

Stick apply_dead_zone(Stick stick, float dead_zone, float curve) {
    const float length = std::hypot(stick.x, stick.y);
    if (!(length > dead_zone)) return {};
    const float wanted = std::pow(std::min((length - dead_zone) / (1.0f - dead_zone), 1.0f), curve);
    return {stick.x / length * wanted, stick.y / length * wanted};
}

std::array<float, kGamepadAxes> conditioned_axes(const GamepadState& state, float dead_zone, float curve) {
    const auto& raw = state.axes;
    const Stick left = apply_dead_zone({raw[0], raw[1]}, dead_zone, curve);
    const Stick right = apply_dead_zone({raw[2], raw[3]}, dead_zone, curve);
    const auto trigger = [dead_zone](float value) {
        const float pressed = std::clamp((value + 1.0f) / 2.0f, 0.0f, 1.0f);
        return pressed > dead_zone ? (pressed - dead_zone) / (1.0f - dead_zone) : 0.0f;
    };
    return {left.x, left.y, right.x, right.y, trigger(raw[4]), trigger(raw[5])};
}

}  // namespace rv::platform
