#include "engine/platform/bindings.h"

#include <GLFW/glfw3.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <sstream>

#include "engine/core/atomic_file.h"
#include "engine/core/error.h"

namespace rv::platform {
namespace {

using Kind = InputSource::Kind;

struct AxisName {
    Axis axis;
    std::string_view name, label;
};
constexpr AxisName kAxes[] = {
    {Axis::Forward, "forward", "forward and back"},
    {Axis::Sideways, "sideways", "left and right"},
    {Axis::Turn, "turn", "turn"},
    {Axis::Look, "look", "look up and down"},
    {Axis::Run, "run", "run"},
    {Axis::Jump, "jump", "jump"},
    {Axis::Rise, "rise", "free camera up and down"},
};

struct CommandName {
    Command command;
    std::string_view name, label;
};
constexpr CommandName kCommands[] = {
    {Command::ToggleHelp, "toggle_help", "help"},
    {Command::TogglePanels, "toggle_panels", "panels"},
    {Command::ToggleControls, "toggle_controls", "controls: change keys"},
    {Command::ToggleCleanFeed, "toggle_clean_feed", "window with the picture alone"},
    {Command::NavigatePanels, "navigate_panels", "panels by keyboard"},
    {Command::ToggleFreeCamera, "toggle_free_camera", "free camera"},
    {Command::AddCameraKey, "add_camera_key", "key of the camera path"},
    {Command::FilmPath, "film_path", "film the camera path"},
    {Command::ToggleRecord, "toggle_record", "record"},
    {Command::Screenshot, "screenshot", "screenshot"},
    {Command::ToggleFullscreen, "toggle_fullscreen", "full screen"},
    {Command::Pause, "pause", "pause"},
    {Command::SingleStep, "single_step", "single step"},
    {Command::StepBack, "step_back", "step back in time"},
    {Command::Reset, "reset", "start again"},
    {Command::NewSeed, "new_seed", "start with a new seed"},
    {Command::EditPrompt, "edit_prompt", "write a prompt"},
    {Command::NextPrompt, "next_prompt", "next prompt"},
    {Command::PreviousPrompt, "previous_prompt", "previous prompt"},
    {Command::MoreSamplerSteps, "more_sampler_steps", "more sampler steps"},
    {Command::FewerSamplerSteps, "fewer_sampler_steps", "fewer sampler steps"},
    {Command::SaveState, "save_state", "mark this moment"},
    {Command::RestoreState, "restore_state", "go back to the last mark"},
    {Command::ToggleMouseLook, "toggle_mouse_look", "mouse look"},
    {Command::ReleaseMouse, "release_mouse", "release the mouse"},
    {Command::Quit, "quit", "quit"},
};

// name_of() and label_of() index by value.
static_assert([] {
    for (std::size_t i = 0; i < std::size(kAxes); ++i)
        if (static_cast<std::size_t>(kAxes[i].axis) != i) return false;
    for (std::size_t i = 0; i < std::size(kCommands); ++i)
        if (static_cast<std::size_t>(kCommands[i].command) != i) return false;
    return true;
}());

constexpr InputSource key(int code) {
    return {Kind::Key, code};
}
constexpr InputSource pad_button(int code) {
    return {Kind::PadButton, code};
}
constexpr InputSource pad_axis(int code) {
    return {Kind::PadAxis, code};
}

// A name of the file's [axes] or [commands] with its list of sources, put in place of the target's old ones.
void replace(Bindings& bindings, const Target& target, const toml::node& value, std::string_view file) {
    const std::string line = "line " + std::to_string(value.source().begin.line);
    const toml::array* names = value.as_array();
    if (!names) throw FileError(file, line + " needs a list of names", "[\"W\", \"-S\"]");
    std::erase_if(bindings.table, [&](const Binding& binding) { return binding.target == target; });
    for (const toml::node& node : *names) {
        const std::string text = node.value_or(std::string());
        const bool negative = text.starts_with('-');
        const auto source = input_source_from(std::string_view(text).substr(negative ? 1 : 0));
        if (!source)
            throw FileError(file, line + " names no key, button or axis that exists: \"" + text + "\"");
        const bool is_command = std::holds_alternative<Command>(target);
        if (is_command && (negative || source->kind == Kind::PadAxis))
            throw FileError(file, line + " binds a command to a direction: \"" + text + "\"",
                            "a key or a button");
        bindings.table.push_back({*source, target, negative ? -1.0f : 1.0f});
    }
}

template <class Table>
void replace_all(Bindings& bindings, const toml::table* entries, const Table& known, std::string_view file) {
    if (!entries) return;
    for (const auto& [name, value] : *entries) {
        const auto found = std::ranges::find(known, name.str(), [](const auto& entry) { return entry.name; });
        if (found == std::end(known))
            throw FileError(file, "line " + std::to_string(value.source().begin.line) +
                                      " binds something unknown: " + std::string(name.str()));
        if constexpr (requires { found->axis; })
            replace(bindings, found->axis, value, file);
        else
            replace(bindings, found->command, value, file);
    }
}

float number(const toml::node_view<const toml::node> node, float fallback, float low, float high,
             std::string_view file, const char* name) {
    if (!node) return fallback;
    const auto value = node.value<double>();
    if (!value || !(*value >= low && *value <= high))
        throw FileError(file, std::string(name) + " must be a number from " + std::to_string(low) + " to " +
                                  std::to_string(high));
    return static_cast<float>(*value);
}

}  // namespace

Bindings default_bindings() {
    Bindings bindings;
    const auto axis = [&](InputSource source, Axis target, float scale = 1.0f) {
        bindings.table.push_back({source, target, scale});
    };
    const auto command = [&](InputSource source, Command target) {
        bindings.table.push_back({source, target, 1.0f});
    };

    axis(key(GLFW_KEY_W), Axis::Forward);
    axis(key(GLFW_KEY_S), Axis::Forward, -1);
    axis(key(GLFW_KEY_A), Axis::Sideways, -1);
    axis(key(GLFW_KEY_D), Axis::Sideways);
    axis(key(GLFW_KEY_Q), Axis::Turn, -1);
    axis(key(GLFW_KEY_E), Axis::Turn);
    axis(key(GLFW_KEY_LEFT), Axis::Turn, -1);
    axis(key(GLFW_KEY_RIGHT), Axis::Turn);
    axis(key(GLFW_KEY_UP), Axis::Look);
    axis(key(GLFW_KEY_DOWN), Axis::Look, -1);
    axis(key(GLFW_KEY_LEFT_SHIFT), Axis::Run);
    axis(key(GLFW_KEY_SPACE), Axis::Jump);
    axis(key(GLFW_KEY_SPACE), Axis::Rise);
    axis(key(GLFW_KEY_C), Axis::Rise, -1);

    axis(pad_axis(GLFW_GAMEPAD_AXIS_LEFT_Y), Axis::Forward, -1);
    axis(pad_axis(GLFW_GAMEPAD_AXIS_LEFT_X), Axis::Sideways);
    axis(pad_axis(GLFW_GAMEPAD_AXIS_RIGHT_X), Axis::Turn);
    axis(pad_axis(GLFW_GAMEPAD_AXIS_RIGHT_Y), Axis::Look, -1);
    axis(pad_button(GLFW_GAMEPAD_BUTTON_LEFT_THUMB), Axis::Run);
    axis(pad_button(GLFW_GAMEPAD_BUTTON_A), Axis::Jump);
    axis(pad_axis(GLFW_GAMEPAD_AXIS_RIGHT_TRIGGER), Axis::Rise);
    axis(pad_axis(GLFW_GAMEPAD_AXIS_LEFT_TRIGGER), Axis::Rise, -1);

    command(key(GLFW_KEY_F1), Command::ToggleHelp);
    command(key(GLFW_KEY_F2), Command::TogglePanels);
    command(key(GLFW_KEY_F4), Command::ToggleControls);
    command(key(GLFW_KEY_F9), Command::ToggleCleanFeed);
    command(key(GLFW_KEY_N), Command::NavigatePanels);
    command(key(GLFW_KEY_F3), Command::ToggleFreeCamera);
    command(key(GLFW_KEY_K), Command::AddCameraKey);
    command(key(GLFW_KEY_F8), Command::FilmPath);
    command(key(GLFW_KEY_F5), Command::ToggleRecord);
    command(key(GLFW_KEY_F12), Command::Screenshot);
    command(key(GLFW_KEY_F11), Command::ToggleFullscreen);
    command(key(GLFW_KEY_P), Command::Pause);
    command(key(GLFW_KEY_PERIOD), Command::SingleStep);
    command(key(GLFW_KEY_COMMA), Command::StepBack);
    command(key(GLFW_KEY_R), Command::Reset);
    command(key(GLFW_KEY_BACKSPACE), Command::NewSeed);
    command(key(GLFW_KEY_ENTER), Command::EditPrompt);
    command(key(GLFW_KEY_PAGE_DOWN), Command::NextPrompt);
    command(key(GLFW_KEY_PAGE_UP), Command::PreviousPrompt);
    command(key(GLFW_KEY_EQUAL), Command::MoreSamplerSteps);
    command(key(GLFW_KEY_MINUS), Command::FewerSamplerSteps);
    command(key(GLFW_KEY_F6), Command::SaveState);
    command(key(GLFW_KEY_F7), Command::RestoreState);
    command(key(GLFW_KEY_TAB), Command::ToggleMouseLook);
    command(key(GLFW_KEY_ESCAPE), Command::ReleaseMouse);
    command(key(GLFW_KEY_F10), Command::Quit);

    command(pad_button(GLFW_GAMEPAD_BUTTON_START), Command::Pause);
    command(pad_button(GLFW_GAMEPAD_BUTTON_BACK), Command::Reset);
    command(pad_button(GLFW_GAMEPAD_BUTTON_Y), Command::ToggleFreeCamera);
    command(pad_button(GLFW_GAMEPAD_BUTTON_X), Command::ToggleRecord);
    command(pad_button(GLFW_GAMEPAD_BUTTON_DPAD_RIGHT), Command::NextPrompt);
    command(pad_button(GLFW_GAMEPAD_BUTTON_DPAD_LEFT), Command::PreviousPrompt);
    command(pad_button(GLFW_GAMEPAD_BUTTON_DPAD_UP), Command::ToggleHelp);
    return bindings;
}

Bindings parse_bindings(std::string_view text, std::string_view name, Bindings base) {
    toml::table root;
    try {
        root = toml::parse(text, name);
    } catch (const toml::parse_error& error) {
        throw FileError(name, "line " + std::to_string(error.source().begin.line) + ": " +
                                  std::string(error.description()));
    }
    for (const auto& [section, value] : root) {
        const auto known = {"axes", "commands", "mouse", "gamepad"};
        if (!value.is_table() || std::ranges::find(known, section.str()) == known.end())
            throw FileError(name, "unknown section [" + std::string(section.str()) + "]",
                            "[axes], [commands], [mouse] or [gamepad]");
    }
    replace_all(base, root["axes"].as_table(), kAxes, name);
    replace_all(base, root["commands"].as_table(), kCommands, name);
    const toml::table& document = root;
    base.mouse_sensitivity = number(document["mouse"]["sensitivity"], base.mouse_sensitivity, 0.0001f, 1.0f,
                                    name, "mouse.sensitivity");
    base.invert_mouse_y = document["mouse"]["invert_y"].value_or(base.invert_mouse_y);
    base.gamepad_dead_zone = number(document["gamepad"]["dead_zone"], base.gamepad_dead_zone, 0.0f, 0.9f,
                                    name, "gamepad.dead_zone");
    base.gamepad_curve =
        number(document["gamepad"]["curve"], base.gamepad_curve, 1.0f, 4.0f, name, "gamepad.curve");
    return base;
}

Bindings load_bindings(const std::filesystem::path& file, Bindings base) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw FileError(file.string(), "cannot be read");
    std::ostringstream text;
    text << stream.rdbuf();
    return parse_bindings(text.str(), file.string(), std::move(base));
}

namespace {

toml::array sources_array(const Bindings& bindings, const Target& target) {
    toml::array names;
    for (const Binding& binding : bindings.table) {
        if (binding.target != target) continue;
        std::string name(binding.scale < 0 ? "-" : "");
        name += to_string(binding.source);
        names.push_back(std::move(name));
    }
    return names;
}

}  // namespace

std::string to_toml(const Bindings& bindings) {
    toml::table axes, commands;
    for (const auto& each : kAxes) axes.insert(each.name, sources_array(bindings, each.axis));
    for (const auto& each : kCommands) commands.insert(each.name, sources_array(bindings, each.command));
    const toml::table root{
        {"axes", axes},
        {"commands", commands},
        {"mouse", toml::table{{"sensitivity", static_cast<double>(bindings.mouse_sensitivity)},
                              {"invert_y", bindings.invert_mouse_y}}},
        {"gamepad", toml::table{{"dead_zone", static_cast<double>(bindings.gamepad_dead_zone)},
                                {"curve", static_cast<double>(bindings.gamepad_curve)}}}};
    std::ostringstream text;
    text << root << '\n';
    return text.str();
}

void save_bindings(const Bindings& bindings, const std::filesystem::path& file) {
    write_file_atomically(file, to_toml(bindings));
}

Bindings with_buttons(Bindings base, std::span<const std::vector<std::string>> sources) {
    for (std::size_t i = 0; i < sources.size(); ++i) {
        for (const std::string& name : sources[i]) {
            const auto source = input_source_from(name);
            if (!source || source->kind == Kind::PadAxis)
                throw UsageError("\"" + name + "\" is no key or button", "a name such as \"Mouse Left\"");
            std::erase_if(base.table, [&](const Binding& binding) {
                return binding.source == *source && !std::holds_alternative<Button>(binding.target);
            });
            base.table.push_back({*source, Button{static_cast<int>(i)}, 1.0f});
        }
    }
    return base;
}

std::string_view name_of(Axis axis) {
    return kAxes[static_cast<std::size_t>(axis)].name;
}
std::string_view name_of(Command command) {
    return kCommands[static_cast<std::size_t>(command)].name;
}
std::string_view label_of(Axis axis) {
    return kAxes[static_cast<std::size_t>(axis)].label;
}
std::string_view label_of(Command command) {
    return kCommands[static_cast<std::size_t>(command)].label;
}

std::span<const Axis> all_axes() {
    static constexpr auto axes = [] {
        std::array<Axis, std::size(kAxes)> list{};
        for (std::size_t i = 0; i < list.size(); ++i) list[i] = kAxes[i].axis;
        return list;
    }();
    return axes;
}

std::span<const Command> all_commands() {
    static constexpr auto commands = [] {
        std::array<Command, std::size(kCommands)> list{};
        for (std::size_t i = 0; i < list.size(); ++i) list[i] = kCommands[i].command;
        return list;
    }();
    return commands;
}

std::vector<std::string> sources_of(const Bindings& bindings, const Target& target) {
    std::vector<std::string> names;
    for (const Binding& binding : bindings.table)
        if (binding.target == target) names.push_back(to_string(binding.source));
    return names;
}

}  // namespace rv::platform
