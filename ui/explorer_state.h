#pragma once
/// What the panels show and what the person asks for through them. Plain values in both directions: the
/// panels know nothing of models, threads or devices, and whoever runs them decides what an intent does.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ui/camera_state.h"
#include "ui/controls_state.h"
#include "ui/picture_atlas.h"
#include "ui/recording_state.h"

namespace rv::ui {

/// A world that can be chosen.
struct WorldEntry {
    std::string title, description;
    std::vector<std::string> start_frames;   ///< names
    std::vector<std::string> start_prompts;  ///< of each of these
    std::size_t first_picture = 0;           ///< of its start frames, one each, in ExplorerState::pictures
    std::vector<std::string> prompts;        ///< presets
    std::vector<std::string> abilities;      ///< "prompts", "free camera", ...: short, for people
    int width = 0, height = 0;               ///< pixels of a generated frame
    int max_sampler_steps = 1;
    bool has_prompt = false, has_pose = false, has_depth = false;
};

/// One row of the help: what a key does.
struct KeyHelp {
    std::string group, keys, meaning;
};

/// A key on the screen.
enum class OverlayKey { Forward, Left, Back, Right, Run, Jump, kCount };

struct Performance {
    /// One step of the world.
    struct Step {
        std::uint64_t frame = 0;
        double began_ms = 0;  ///< before now: negative
        double condition_ms = 0, dynamics_ms = 0, decode_ms = 0, total_ms = 0;
        bool late = false;
    };
    double generated_fps = 0, shown_fps = 0;
    double target_fps = 0;  ///< the world's own rate
    double step_ms_p50 = 0, step_ms_p99 = 0;
    double input_to_present_ms = 0;           ///< median of the last seconds
    double memory_mib = 0;                    ///< of this process
    std::string device;                       ///< that the model runs on
    std::string renderer;                     ///< that draws the window
    std::string sharing;                      ///< how frames travel between them
    std::uint64_t steps = 0, late_steps = 0;  ///< since the start: all, and those that took too long
    std::span<const Step> steps_shown;        ///< oldest first
};

/// A point of the session's past.
struct TimelinePoint {
    int branch = 0;           ///< index into Timeline::branches
    std::uint64_t frame = 0;  ///< of the world
    friend bool operator==(const TimelinePoint&, const TimelinePoint&) = default;
};

/// The session's past: what can be gone back to.
struct Timeline {
    struct Branch {
        std::string name;
        std::optional<TimelinePoint> fork;  ///< where it left another branch
        std::uint64_t first = 0, last = 0;  ///< frames of its own
        std::vector<std::uint64_t> kept;    ///< of these; empty: the branch is forgotten
    };
    struct Mark {
        TimelinePoint at;
        std::string name;
    };
    std::vector<Branch> branches;
    std::vector<Mark> marks;
    TimelinePoint now;
    std::optional<int> beside;  ///< the branch that is shown beside the present one
    double kept_mib = 0, budget_mib = 0;
};

/// The simulator beside the world.
struct TruthView {
    bool available = false, shown = false, difference = false;
    double psnr_db = 0;
    std::span<const float> history_db;  ///< oldest first
};

/// What is shown beside the picture of the world's inside.
enum class Inside { Nothing, Depth, Latent };

enum class Filter { EdgeAware, Bilinear, Nearest };

/// A script or a session steers.
struct PlaybackProgress {
    std::string name;
    std::uint64_t done = 0, count = 0;  ///< frames
};

struct ExplorerState {
    std::span<const PictureView> pictures;
    std::span<const WorldEntry> worlds;
    int world = 0;  ///< index of the open one
    bool opening = false;
    int start_frame = 0;
    std::uint64_t seed = 0;
    std::string prompt;                            ///< in force
    std::span<const std::string> earlier_prompts;  ///< that were typed, newest first
    double fade_seconds = 0;                       ///< a new prompt takes to arrive
    double guidance = 0;                           ///< on the prompt; 0: the world decides
    Inside inside = Inside::Nothing;
    int sampler_steps = 1;   ///< of the newest frame where a deadline is held, else as asked for
    double deadline_ms = 0;  ///< of a step, held by changing the sampler steps; 0: none
    Filter filter = Filter::EdgeAware;

    bool paused = false, free_camera = false;
    bool has_frame = false;  ///< there is a picture to look at
    std::uint64_t frame_index = 0;
    double frame_rate = 15;  ///< of the world, for turning frame numbers into time

    std::optional<PlaybackProgress> playback;
    std::span<const std::string> recent;  ///< files that were opened, newest first
    std::string unfinished;               ///< what a crash ended and can be gone on with; empty: nothing

    CameraState camera;
    ControlsState controls;

    std::span<const RecordingFormat> recording_formats;
    RecordingChoice recording_choice;
    RecordingProgress recording;

    std::array<float, static_cast<std::size_t>(OverlayKey::kCount)> keys{};  ///< how far pressed, 0 to 1
    float turn = 0, look = 0;                                                ///< -1 to 1, right and up
    std::span<const KeyHelp> help;
    Timeline timeline;
    TruthView truth;
    Performance performance;
    std::string fatal;  ///< generation ended with this sentence; empty while all is well
};

struct StartChoice {
    int frame = 0;
    std::uint64_t seed = 0;
};

/// What was asked of the timeline.
struct TimelineIntents {
    struct Name {
        int branch = 0;
        std::string name;
    };
    std::optional<TimelinePoint> go_to;
    bool mark = false;
    std::optional<std::size_t> remove_mark;
    std::optional<Name> rename;
    std::optional<int> compare;  ///< a branch to show beside the present one; the one that is there ends it
};

/// What was asked for during one drawn frame.
struct Intents {
    TimelineIntents timeline;
    std::optional<int> open_world;
    std::optional<StartChoice> restart;
    std::optional<std::string> prompt;
    std::optional<double> fade_seconds, guidance;
    std::optional<std::size_t> open_recent;  ///< index into ExplorerState::recent
    std::optional<bool> resume;              ///< the answer to what is unfinished
    std::optional<Inside> inside;
    std::optional<int> sampler_steps;
    std::optional<double> deadline_ms;  ///< 0: none
    std::optional<Filter> filter;
    std::optional<bool> free_camera;
    std::optional<bool> truth, difference;
    bool anchor = false;
    CameraIntents camera;
    ControlsIntents controls;
    std::optional<RecordingChoice> recording_choice;
    bool toggle_pause = false, single_step = false, toggle_recording = false, screenshot = false;
    bool save_timings = false, toggle_feed = false;
};

}  // namespace rv::ui
