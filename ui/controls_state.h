#pragma once
/// What the controls' panel shows, and what the person asks for through it.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rv::ui {

/// One thing to do, and what does it.
struct ControlRow {
    std::string group, label;
    std::vector<std::string> sources;
    std::vector<bool> pressed;  ///< each of them, now
};

/// A place in a row; one behind the last adds to it.
struct ControlSlot {
    std::size_t row = 0, source = 0;
    friend bool operator==(const ControlSlot&, const ControlSlot&) = default;
};

struct ControlFeel {
    float mouse_sensitivity = 0.03f;
    bool invert_mouse_y = false;
    float dead_zone = 0.15f, curve = 1.5f;
    friend bool operator==(const ControlFeel&, const ControlFeel&) = default;
};

struct ControlsState {
    std::span<const ControlRow> rows;
    std::optional<ControlSlot> listening;  ///< waits for what is to be pressed
    std::string pressed;                   ///< everything that is pressed now
    std::string gamepad;                   ///< its name; empty: none
    float stick_x = 0, stick_y = 0;        ///< left stick as it is, -1 to 1, y down
    float felt_x = 0, felt_y = 0;          ///< and as the world feels it
    ControlFeel feel;
    std::string file;  ///< where changes are kept; empty: nowhere
};

struct ControlsIntents {
    std::optional<ControlSlot> listen, remove;
    bool cancel = false, reset = false;
    std::optional<ControlFeel> feel;
};

}  // namespace rv::ui
