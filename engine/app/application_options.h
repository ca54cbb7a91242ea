#pragma once
/// What `reverie play` asks of the windowed explorer, and what it gives back. Plain data: no window, no
/// device.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

#include "engine/app/recording_options.h"
#include "engine/core/action.h"
#include "world_model/world.h"

namespace rv::app {

/// What a windowed run measured, from its first generated frame to its end.
struct ApplicationStatistics {
    double seconds = 0;  ///< measured span
    std::uint64_t generated_frames = 0;
    std::uint64_t shown_frames = 0;  ///< presented pictures of the window
    double generated_fps = 0, shown_fps = 0;
    double step_ms_p50 = 0, step_ms_p99 = 0;
    /// From the input event to the end of the present call that first shows a frame steered by it.
    double input_to_present_ms_p50 = 0, input_to_present_ms_p99 = 0;
};

struct ApplicationOptions {
    std::filesystem::path world;  ///< folder with a world.toml
    world_model::OpenOptions open;
    world_model::Start start;
    std::filesystem::path play;      ///< script or session that steers at first; empty: none
    std::filesystem::path recents;   ///< file that remembers prompts and files; empty: nothing does
    std::filesystem::path recovery;  ///< folder where sessions are secured, see RecoveryLog; empty: nowhere
    std::size_t history_bytes = std::size_t{384} << 20;  ///< that the past may take, see History
    bool newcomer = false;           ///< greets the person with what the keys do
    int sampler_steps = 0;           ///< 0: the world's default
    double deadline_ms =
        0;  ///< of a step: sampler steps are chosen to hold it; 0: none, until the person asks
    bool uncapped = false;  ///< generate as fast as possible instead of at the world's frame rate

    int window_width = 1280, window_height = 720;  ///< screen coordinates
    bool fullscreen = false;
    std::filesystem::path bindings;  ///< TOML with key bindings; empty: `controls`, if it is there
    std::filesystem::path controls;  ///< where changed bindings are kept; empty: nowhere
    /// Starts recording at once where it has a name; otherwise how it begins when the person asks.
    RecordingOptions record;

    /// Closes the window after so many seconds, counted from the first generated frame; empty: when the
    /// person does.
    std::optional<double> seconds;
    /// Replaces the input devices: called once per window frame with the seconds since the first generated
    /// frame. Every call counts as a new input event at that moment.
    std::function<Action(double seconds)> synthetic_input;
    /// Where to put the measurements at the end; may be null.
    ApplicationStatistics* statistics = nullptr;
};

}  // namespace rv::app
