#include "engine/platform/input_source.h"

#include <GLFW/glfw3.h>

#include <algorithm>
#include <cctype>
#include <span>

namespace rv::platform {
namespace {

using Kind = InputSource::Kind;

struct Name {
    InputSource source;
    std::string_view text;
};

// Letters, digits and F1 to F25 follow from their codes; the rest is listed.
constexpr Name kNames[] = {
    {{Kind::Key, GLFW_KEY_SPACE}, "Space"},
    {{Kind::Key, GLFW_KEY_APOSTROPHE}, "Apostrophe"},
    {{Kind::Key, GLFW_KEY_COMMA}, "Comma"},
    {{Kind::Key, GLFW_KEY_MINUS}, "Minus"},
    {{Kind::Key, GLFW_KEY_PERIOD}, "Period"},
    {{Kind::Key, GLFW_KEY_SLASH}, "Slash"},
    {{Kind::Key, GLFW_KEY_SEMICOLON}, "Semicolon"},
    {{Kind::Key, GLFW_KEY_EQUAL}, "Equal"},
    {{Kind::Key, GLFW_KEY_LEFT_BRACKET}, "Left Bracket"},
    {{Kind::Key, GLFW_KEY_BACKSLASH}, "Backslash"},
    {{Kind::Key, GLFW_KEY_RIGHT_BRACKET}, "Right Bracket"},
    {{Kind::Key, GLFW_KEY_GRAVE_ACCENT}, "Grave"},
    {{Kind::Key, GLFW_KEY_ESCAPE}, "Escape"},
    {{Kind::Key, GLFW_KEY_ENTER}, "Enter"},
    {{Kind::Key, GLFW_KEY_TAB}, "Tab"},
    {{Kind::Key, GLFW_KEY_BACKSPACE}, "Backspace"},
    {{Kind::Key, GLFW_KEY_INSERT}, "Insert"},
    {{Kind::Key, GLFW_KEY_DELETE}, "Delete"},
    {{Kind::Key, GLFW_KEY_RIGHT}, "Right"},
    {{Kind::Key, GLFW_KEY_LEFT}, "Left"},
    {{Kind::Key, GLFW_KEY_DOWN}, "Down"},
    {{Kind::Key, GLFW_KEY_UP}, "Up"},
    {{Kind::Key, GLFW_KEY_PAGE_UP}, "Page Up"},
    {{Kind::Key, GLFW_KEY_PAGE_DOWN}, "Page Down"},
    {{Kind::Key, GLFW_KEY_HOME}, "Home"},
    {{Kind::Key, GLFW_KEY_END}, "End"},
    {{Kind::Key, GLFW_KEY_PRINT_SCREEN}, "Print Screen"},
    {{Kind::Key, GLFW_KEY_PAUSE}, "Pause"},
    {{Kind::Key, GLFW_KEY_LEFT_SHIFT}, "Left Shift"},
    {{Kind::Key, GLFW_KEY_LEFT_CONTROL}, "Left Ctrl"},
    {{Kind::Key, GLFW_KEY_LEFT_ALT}, "Left Alt"},
    {{Kind::Key, GLFW_KEY_RIGHT_SHIFT}, "Right Shift"},
    {{Kind::Key, GLFW_KEY_RIGHT_CONTROL}, "Right Ctrl"},
    {{Kind::Key, GLFW_KEY_RIGHT_ALT}, "Right Alt"},
    {{Kind::Key, GLFW_KEY_KP_ADD}, "Keypad Plus"},
    {{Kind::Key, GLFW_KEY_KP_SUBTRACT}, "Keypad Minus"},
    {{Kind::Key, GLFW_KEY_KP_ENTER}, "Keypad Enter"},
    {{Kind::MouseButton, GLFW_MOUSE_BUTTON_LEFT}, "Mouse Left"},
    {{Kind::MouseButton, GLFW_MOUSE_BUTTON_RIGHT}, "Mouse Right"},
    {{Kind::MouseButton, GLFW_MOUSE_BUTTON_MIDDLE}, "Mouse Middle"},
    {{Kind::MouseButton, GLFW_MOUSE_BUTTON_4}, "Mouse 4"},
    {{Kind::MouseButton, GLFW_MOUSE_BUTTON_5}, "Mouse 5"},
    {{Kind::PadButton, GLFW_GAMEPAD_BUTTON_A}, "Pad A"},
    {{Kind::PadButton, GLFW_GAMEPAD_BUTTON_B}, "Pad B"},
    {{Kind::PadButton, GLFW_GAMEPAD_BUTTON_X}, "Pad X"},
    {{Kind::PadButton, GLFW_GAMEPAD_BUTTON_Y}, "Pad Y"},
    {{Kind::PadButton, GLFW_GAMEPAD_BUTTON_LEFT_BUMPER}, "Pad Left Bumper"},
    {{Kind::PadButton, GLFW_GAMEPAD_BUTTON_RIGHT_BUMPER}, "Pad Right Bumper"},
    {{Kind::PadButton, GLFW_GAMEPAD_BUTTON_BACK}, "Pad Back"},
    {{Kind::PadButton, GLFW_GAMEPAD_BUTTON_START}, "Pad Start"},
    {{Kind::PadButton, GLFW_GAMEPAD_BUTTON_GUIDE}, "Pad Guide"},
    {{Kind::PadButton, GLFW_GAMEPAD_BUTTON_LEFT_THUMB}, "Pad Left Stick"},
    {{Kind::PadButton, GLFW_GAMEPAD_BUTTON_RIGHT_THUMB}, "Pad Right Stick"},
    {{Kind::PadButton, GLFW_GAMEPAD_BUTTON_DPAD_UP}, "Pad Up"},
    {{Kind::PadButton, GLFW_GAMEPAD_BUTTON_DPAD_RIGHT}, "Pad Right"},
    {{Kind::PadButton, GLFW_GAMEPAD_BUTTON_DPAD_DOWN}, "Pad Down"},
    {{Kind::PadButton, GLFW_GAMEPAD_BUTTON_DPAD_LEFT}, "Pad Left"},
    {{Kind::PadAxis, GLFW_GAMEPAD_AXIS_LEFT_X}, "Pad Left X"},
    {{Kind::PadAxis, GLFW_GAMEPAD_AXIS_LEFT_Y}, "Pad Left Y"},
    {{Kind::PadAxis, GLFW_GAMEPAD_AXIS_RIGHT_X}, "Pad Right X"},
    {{Kind::PadAxis, GLFW_GAMEPAD_AXIS_RIGHT_Y}, "Pad Right Y"},
    {{Kind::PadAxis, GLFW_GAMEPAD_AXIS_LEFT_TRIGGER}, "Pad Left Trigger"},
    {{Kind::PadAxis, GLFW_GAMEPAD_AXIS_RIGHT_TRIGGER}, "Pad Right Trigger"},
};

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(
        a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

// "F1" to "F25"; 0 for anything else.
int function_key(std::string_view name) {
    if (name.size() < 2 || name.size() > 3 || std::toupper(static_cast<unsigned char>(name[0])) != 'F')
        return 0;
    int number = 0;
    for (const char digit : name.substr(1)) {
        if (digit < '0' || digit > '9') return 0;
        number = number * 10 + (digit - '0');
    }
    return number >= 1 && number <= 25 ? GLFW_KEY_F1 + number - 1 : 0;
}

bool letter_or_digit(int code) {
    return (code >= GLFW_KEY_A && code <= GLFW_KEY_Z) || (code >= GLFW_KEY_0 && code <= GLFW_KEY_9);
}

}  // namespace

std::string to_string(const InputSource& source) {
    if (source.kind == Kind::Key) {
        if (letter_or_digit(source.code)) return {static_cast<char>(source.code)};
        if (source.code >= GLFW_KEY_F1 && source.code <= GLFW_KEY_F25)
            return std::string("F").append(std::to_string(source.code - GLFW_KEY_F1 + 1));
    }
    for (const Name& name : kNames)
        if (name.source == source) return std::string(name.text);
    return std::string("Key ").append(std::to_string(source.code));
}

std::optional<InputSource> input_source_from(std::string_view name) {
    if (name.size() == 1) {
        const int code = std::toupper(static_cast<unsigned char>(name[0]));
        if (letter_or_digit(code)) return InputSource{Kind::Key, code};
    }
    if (const int key = function_key(name)) return InputSource{Kind::Key, key};
    for (const Name& known : kNames)
        if (equal_ignoring_case(known.text, name)) return known.source;
    return std::nullopt;
}

}  // namespace rv::platform
