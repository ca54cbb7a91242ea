#include <GLFW/glfw3.h>
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "engine/core/error.h"
#include "engine/platform/bindings.h"
#include "tests/support/messages.h"

using namespace rv::platform;

using rv::tests::contains;

namespace {

std::string message_of(const char* toml) {
    return rv::tests::message_of([&] { parse_bindings(toml, "keys.toml"); });
}

}  // namespace

TEST_CASE("[Bindings] by default every axis and every command can be reached from the keyboard") {
    const Bindings bindings = default_bindings();
    const auto on_keyboard = [&](const Target& target) {
        for (const Binding& binding : bindings.table)
            if (binding.target == target && binding.source.kind == InputSource::Kind::Key) return true;
        return false;
    };
    for (const Axis axis : all_axes()) {
        CAPTURE(name_of(axis));
        CHECK(on_keyboard(axis));
    }
    for (const Command command : all_commands()) {
        CAPTURE(name_of(command));
        CHECK(on_keyboard(command));
    }
}

TEST_CASE("[Bindings] by default no source means two commands") {
    std::set<std::string> seen;
    for (const Binding& binding : default_bindings().table) {
        if (!std::holds_alternative<Command>(binding.target)) continue;
        CAPTURE(to_string(binding.source));
        CHECK(seen.insert(to_string(binding.source)).second);
    }
}

TEST_CASE("[Bindings] every target has a name and a label of its own") {
    std::set<std::string_view> names, labels;
    for (const Axis axis : all_axes()) {
        CHECK(names.insert(name_of(axis)).second);
        CHECK(labels.insert(label_of(axis)).second);
    }
    for (const Command command : all_commands()) {
        CHECK(names.insert(name_of(command)).second);
        CHECK(labels.insert(label_of(command)).second);
    }
}

TEST_CASE("[Bindings] a file replaces what it names and leaves the rest") {
    const Bindings bindings = parse_bindings(R"(
        [axes]
        forward = ["Up", "-Down", "-Pad Right Y"]
        [commands]
        reset = ["F8"]
        [mouse]
        sensitivity = 0.5
        invert_y = true
        [gamepad]
        dead_zone = 0.25
    )",
                                             "keys.toml");
    CHECK(sources_of(bindings, Axis::Forward) == std::vector<std::string>{"Up", "Down", "Pad Right Y"});
    CHECK(sources_of(bindings, Command::Reset) == std::vector<std::string>{"F8"});
    CHECK(sources_of(bindings, Command::Pause) == sources_of(default_bindings(), Command::Pause));
    CHECK(bindings.mouse_sensitivity == 0.5f);
    CHECK(bindings.invert_mouse_y);
    CHECK(bindings.gamepad_dead_zone == 0.25f);
    for (const Binding& binding : bindings.table)
        if (binding.target == Target(Axis::Forward))
            CHECK(binding.scale == (to_string(binding.source) == "Up" ? 1.0f : -1.0f));
}

TEST_CASE("[Bindings] come back from the text that they were written as") {
    Bindings bindings = default_bindings();
    bindings.mouse_sensitivity = 0.25f;
    bindings.gamepad_curve = 2.5f;
    bindings.table.erase(bindings.table.begin());
    const Bindings again = parse_bindings(to_toml(bindings), "again.toml");
    CHECK(again.table.size() == bindings.table.size());
    for (const Axis axis : all_axes()) CHECK(sources_of(again, axis) == sources_of(bindings, axis));
    for (const Command command : all_commands())
        CHECK(sources_of(again, command) == sources_of(bindings, command));
    CHECK(again.mouse_sensitivity == bindings.mouse_sensitivity);
    CHECK(again.gamepad_curve == bindings.gamepad_curve);
    CHECK(to_toml(again) == to_toml(bindings));
}

TEST_CASE("[Bindings] a file that makes no sense is refused with the place and the reason") {
    CHECK(contains(message_of("[axes]\nforward = [\"Hyper\"]"), "line 2"));
    CHECK(contains(message_of("[axes]\nforward = [\"Hyper\"]"), "Hyper"));
    CHECK(contains(message_of("[axes]\nfly = [\"W\"]"), "fly"));
    CHECK(contains(message_of("[axes]\nforward = \"W\""), "list"));
    CHECK(contains(message_of("[commands]\nreset = [\"-R\"]"), "direction"));
    CHECK(contains(message_of("[commands]\nreset = [\"Pad Left X\"]"), "direction"));
    CHECK(contains(message_of("[mouse]\nsensitivity = 7"), "mouse.sensitivity"));
    CHECK(contains(message_of("[gamepad]\ndead_zone = \"x\""), "gamepad.dead_zone"));
    CHECK(contains(message_of("[keys]\nx = 1"), "[keys]"));
    CHECK(contains(message_of("[axes\n"), "line 1"));
    CHECK_THROWS_AS(load_bindings("no/such/file.toml"), rv::FileError);
}

TEST_CASE("[Bindings] docs/controls.md names every axis, every command and every default key") {
    std::ifstream stream("docs/controls.md");
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    REQUIRE_FALSE(text.empty());
    const auto mentions = [&](std::string_view name) {
        return text.find("`" + std::string(name) + "`") != text.npos;
    };
    for (const Axis axis : all_axes()) {
        CAPTURE(name_of(axis));
        CHECK(mentions(name_of(axis)));
    }
    for (const Command command : all_commands()) {
        CAPTURE(name_of(command));
        CHECK(mentions(name_of(command)));
    }
    for (const Binding& binding : default_bindings().table) {
        if (binding.source.kind != InputSource::Kind::Key) continue;
        CAPTURE(to_string(binding.source));
        CHECK(text.find(to_string(binding.source)) != text.npos);
    }
}

TEST_CASE("[Bindings] a world's buttons take their keys over, and an unknown key is refused") {
    const std::vector<std::vector<std::string>> sources = {{"E"}, {"Mouse Left", "Q"}, {}};
    const Bindings bindings = with_buttons(default_bindings(), sources);
    CHECK(sources_of(bindings, Button{0}) == std::vector<std::string>{"E"});
    CHECK(sources_of(bindings, Button{1}) == std::vector<std::string>{"Mouse Left", "Q"});
    CHECK(sources_of(bindings, Button{2}).empty());
    for (const std::string& name : sources_of(bindings, Axis::Turn)) CHECK(name != "E");
    CHECK(sources_of(bindings, Axis::Forward) == sources_of(default_bindings(), Axis::Forward));
    const std::vector<std::vector<std::string>> unknown = {{"Nowhere"}};
    CHECK(contains(rv::tests::message_of([&] { with_buttons(default_bindings(), unknown); }), "Nowhere"));
}
