#pragma once
/// Which key, button or stick means what: a table, so that it can be shown on the screen and replaced by a
/// file.

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/platform/input_source.h"

namespace rv::platform {

/// Held for as long as its source is.
enum class Axis { Forward, Sideways, Turn, Look, Run, Jump, Rise };

/// A button of the world that is played: bit `index` of Action::buttons.
struct Button {
    int index = 0;
    friend bool operator==(const Button&, const Button&) = default;
};

/// Happens once per press.
enum class Command {
    ToggleHelp,
    TogglePanels,
    ToggleControls,
    ToggleCleanFeed,
    NavigatePanels,
    ToggleFreeCamera,
    AddCameraKey,
    FilmPath,
    ToggleRecord,
    Screenshot,
    ToggleFullscreen,
    Pause,
    SingleStep,
    StepBack,
    Reset,
    NewSeed,
    EditPrompt,
    NextPrompt,
    PreviousPrompt,
    MoreSamplerSteps,
    FewerSamplerSteps,
    SaveState,
    RestoreState,
    ToggleMouseLook,
    ReleaseMouse,
    Quit,
};

using Target = std::variant<Axis, Command, Button>;

struct Binding {
    InputSource source;
    Target target;
    float scale = 1.0f;  ///< axes only: +1 or -1
};

struct Bindings {
    std::vector<Binding> table;
    float mouse_sensitivity = 0.03f;  ///< frames of full turning per screen coordinate of motion
    bool invert_mouse_y = false;
    float gamepad_dead_zone = 0.15f;
    float gamepad_curve = 1.5f;  ///< exponent on how far a stick is pushed: above 1 small pushes are finer
};

/// WASD moves, Q E and the arrows turn and look, Shift runs, Space jumps (and lifts a free camera), C sinks
/// it, F1 helps, F5 records; both sticks of a gamepad.
Bindings default_bindings();

/// Replaces what a TOML file names; everything else stays as in `base`:
///
///     [axes]                      # a leading "-" is the negative direction
///     forward = ["W", "-S", "-Pad Left Y"]
///     [commands]
///     reset = ["R", "Pad Back"]
///     [mouse]
///     sensitivity = 0.03
///     invert_y = false
///     [gamepad]
///     dead_zone = 0.15
///     curve = 1.5
///
/// @throws FileError naming the line or the entry that makes no sense.
Bindings load_bindings(const std::filesystem::path& file, Bindings base = default_bindings());
/// The same from text; `name` stands for the file in messages.
Bindings parse_bindings(std::string_view toml, std::string_view name, Bindings base = default_bindings());

/// All of it as such a file says it: parse_bindings(to_toml(b), ...) gives b again.
std::string to_toml(const Bindings& bindings);
/// @throws FileError.
void save_bindings(const Bindings& bindings, const std::filesystem::path& file);

/// Adds the buttons of a world. What presses one of them means nothing else while that world is played.
/// @param sources of button 0, 1, ...: names as in binding files  @throws UsageError for an unknown name.
Bindings with_buttons(Bindings base, std::span<const std::vector<std::string>> sources);

/// "forward", "toggle_record": the name in binding files.
std::string_view name_of(Axis axis);
std::string_view name_of(Command command);
/// "record", "free camera": short, for a help overlay.
std::string_view label_of(Axis axis);
std::string_view label_of(Command command);
std::span<const Axis> all_axes();
std::span<const Command> all_commands();

/// The sources of one target in the table's order, for people: "W", "-S" is shown as "S".
std::vector<std::string> sources_of(const Bindings& bindings, const Target& target);

}  // namespace rv::platform
