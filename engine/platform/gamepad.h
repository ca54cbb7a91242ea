#pragma once
/// The first game controller that GLFW has a mapping for. Buttons and axes are numbered as GLFW numbers them
/// (GLFW_GAMEPAD_BUTTON_*, GLFW_GAMEPAD_AXIS_*).

#include <array>
#include <optional>
#include <string>

namespace rv::platform {

inline constexpr int kGamepadButtons = 15;
inline constexpr int kGamepadAxes = 6;

struct GamepadState {
    std::string name;
    std::array<bool, kGamepadButtons> buttons{};
    /// Left x, left y, right x, right y in [-1, 1] (y down); left and right trigger, -1 released to 1
    /// pressed.
    std::array<float, kGamepadAxes> axes{0, 0, 0, 0, -1, -1};
};

/// Main thread, while a Window exists. Empty when no controller is connected.
std::optional<GamepadState> poll_gamepad();

struct Stick {
    float x = 0, y = 0;
};
/// Nothing inside the radius `dead_zone` (0 to below 1); outside, the length grows from 0 at its edge to 1 at
/// the rim, and the direction is kept. @param curve exponent on that length, at least 1
Stick apply_dead_zone(Stick stick, float dead_zone, float curve = 1);

/// The state as the input map wants it: sticks without their dead zone, triggers from 0 to 1.
std::array<float, kGamepadAxes> conditioned_axes(const GamepadState& state, float dead_zone, float curve = 1);

}  // namespace rv::platform
