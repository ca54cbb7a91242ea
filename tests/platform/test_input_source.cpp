#include <GLFW/glfw3.h>
#include <doctest/doctest.h>

#include "engine/platform/bindings.h"
#include "engine/platform/input_source.h"

using namespace rv::platform;
using Kind = InputSource::Kind;

TEST_CASE("[InputSource] has names that lead back to it") {
    CHECK(to_string({Kind::Key, GLFW_KEY_W}) == "W");
    CHECK(to_string({Kind::Key, GLFW_KEY_F11}) == "F11");
    CHECK(to_string({Kind::Key, GLFW_KEY_LEFT_SHIFT}) == "Left Shift");
    CHECK(to_string({Kind::PadAxis, GLFW_GAMEPAD_AXIS_LEFT_Y}) == "Pad Left Y");
    for (const Binding& binding : default_bindings().table) {
        const std::string name = to_string(binding.source);
        CAPTURE(name);
        CHECK(input_source_from(name) == binding.source);
    }
}

TEST_CASE("[InputSource] names are read whatever their case, and unknown ones are not") {
    CHECK(input_source_from("w") == InputSource{Kind::Key, GLFW_KEY_W});
    CHECK(input_source_from("left shift") == InputSource{Kind::Key, GLFW_KEY_LEFT_SHIFT});
    CHECK(input_source_from("f1") == InputSource{Kind::Key, GLFW_KEY_F1});
    CHECK(input_source_from("F25") == InputSource{Kind::Key, GLFW_KEY_F25});
    CHECK_FALSE(input_source_from("F26"));
    CHECK_FALSE(input_source_from("F0"));
    CHECK_FALSE(input_source_from("Hyper"));
    CHECK_FALSE(input_source_from(""));
}
