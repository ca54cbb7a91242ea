#pragma once
/// The things that a person can press or push, and their names in binding files and on the screen.

#include <optional>
#include <string>
#include <string_view>

namespace rv::platform {

/// A key, a mouse button, or a button or axis of the gamepad; `code` is GLFW's number within its kind.
struct InputSource {
    enum class Kind { Key, MouseButton, PadButton, PadAxis };
    Kind kind = Kind::Key;
    int code = 0;
    friend bool operator==(const InputSource&, const InputSource&) = default;
};

/// "W", "Left Shift", "F5", "Mouse Left", "Pad A", "Pad Left X". Keys are named as on a US layout.
std::string to_string(const InputSource& source);
/// The inverse, ignoring case; empty for an unknown name.
std::optional<InputSource> input_source_from(std::string_view name);

}  // namespace rv::platform
