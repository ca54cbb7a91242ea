#pragma once
/// What a window reports, in the order in which it happened. Numbers of keys, buttons and axes are GLFW's.

#include <filesystem>
#include <variant>
#include <vector>

#include "engine/core/clock.h"

namespace rv::platform {

struct KeyEvent {
    int key = 0;
    bool pressed = false;
    bool repeat = false;  ///< made by the keyboard's auto-repeat
};

struct MouseButtonEvent {
    int button = 0;
    bool pressed = false;
};

/// Motion since the last such event, in screen coordinates: x to the right, y down.
struct MouseMoveEvent {
    double dx = 0, dy = 0;
    bool captured = false;  ///< the cursor was captured: the motion means looking around
};

struct ScrollEvent {
    double dx = 0, dy = 0;
};

/// Files dropped on the window.
struct DropEvent {
    std::vector<std::filesystem::path> paths;
};

/// The framebuffer has a new size in pixels; 0 x 0 while minimised.
struct ResizeEvent {
    int width = 0, height = 0;
};

struct FocusEvent {
    bool focused = false;
};

struct CloseEvent {};

struct Event {
    TimePoint time;  ///< when it reached the program
    std::variant<KeyEvent, MouseButtonEvent, MouseMoveEvent, ScrollEvent, DropEvent, ResizeEvent, FocusEvent,
                 CloseEvent>
        what;
};

}  // namespace rv::platform
