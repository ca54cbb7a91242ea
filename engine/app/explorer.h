#pragma once
/// What the person asked for, by key or by panel, carried out; and the state that the panels show. The only
/// place that translates between the interface's words and the generation's.

#include <string>
#include <vector>

#include "engine/app/application.h"
#include "engine/app/camera_director.h"
#include "engine/app/control.h"
#include "engine/app/generation_thread.h"
#include "engine/app/recents.h"
#include "engine/app/recovery.h"
#include "engine/app/window_sink.h"
#include "engine/app/window_video.h"
#include "engine/platform/window.h"
#include "ui/explorer_ui.h"

namespace rv::app {

/// The rows of the help overlay: keyboard and mouse first, gamepad last.
std::vector<ui::KeyHelp> help_rows(const platform::Bindings& bindings,
                                   std::span<const world_model::WorldButton> buttons = {});

/// What only the frame loop knows.
struct WindowFigures {
    double shown_fps = 0, input_to_present_ms = 0;
    bool has_frame = false;
    std::string renderer;
    std::span<const ui::PictureView> pictures;  ///< of take_pictures()
    std::optional<RecordingFigures> recording;  ///< of the one that the window makes
};

class Explorer {
  public:
    Explorer(const ApplicationOptions& options, const WorldSource& source, const platform::Bindings& bindings,
             platform::Window& window, Control& control, const GenerationThread& generation,
             ui::ExplorerUi& ui);

    /// Opens the first world, and starts recording if that was asked for.
    void begin();
    void obey(platform::Command command, TimePoint now);
    void obey(const ui::Intents& intents, TimePoint now);
    /// A world's folder is opened, a picture or a video begun with, a script or a session played.
    void open_file(const std::filesystem::path& path, TimePoint now);
    /// Reads the generation's status; tells the person what changed. Once per window frame.
    const ui::ExplorerState& update(const platform::MotionSample& motion, const WindowFigures& figures,
                                    const ui::ControlsState& controls, const WindowSink& sink, TimePoint now);
    /// The start frames of all worlds, small, when they are others than at the last call.
    std::optional<std::vector<ui::Picture>> take_pictures();
    /// The help shows these keys from now on.
    void show_keys(const platform::Bindings& bindings);

    [[nodiscard]] const GenerationStatus& status() const { return status_; }
    [[nodiscard]] ui::Filter filter() const { return state_.filter; }
    [[nodiscard]] bool quit_requested() const { return quit_; }
    /// Whether a screenshot was asked for since the last call.
    bool take_screenshot_request();
    /// Whether the window with the picture alone is to open, or to close.
    bool take_feed_request();

  private:
    void open_world(int index);
    void restart(const world_model::Start& start);
    void apply_prompt(const std::string& prompt);
    void cycle_prompt(int direction);
    void change_sampler_steps(int difference);
    void toggle_pause();
    void single_step();
    void toggle_recording(TimePoint now);
    void toggle_free_camera(bool on, TimePoint now);
    void release_mouse();
    void save_timings(TimePoint now);
    void look_for_unfinished();
    void answer_unfinished(bool resume);
    void remember_prompt(const std::string& prompt);
    void notify_changes(const GenerationStatus& before, TimePoint now);
    void show_world();
    void show_recording(const std::optional<RecordingFigures>& of_window);
    void show_motion(const platform::MotionSample& motion);
    void show_truth(const GenerationStatus& before);
    void show_performance(const WindowFigures& figures, const WindowSink& sink, TimePoint now);

    const ApplicationOptions& options_;
    platform::Window& window_;
    Control& control_;
    const GenerationThread& generation_;
    ui::ExplorerUi& ui_;
    CameraDirector director_;

    std::vector<world_model::WorldInfo> worlds_;
    std::vector<ui::WorldEntry> entries_;  // the same for the panels
    std::size_t pictured_ = 0;             // worlds whose pictures were taken
    std::vector<ui::Picture> pictures_;
    std::vector<ui::KeyHelp> help_;
    std::vector<ui::RecordingFormat> recording_formats_;
    Recents recents_;
    std::optional<Unfinished> unfinished_;  // that the person is asked about
    bool resuming_ = false;
    GenerationStatus status_{.history = std::make_shared<const HistoryTree>()};
    ui::ExplorerState state_;
    std::vector<ui::Performance::Step> steps_shown_;
    std::vector<float> truth_history_;
    TimePoint memory_read_{};
    bool screenshot_ = false, feed_ = false, quit_ = false;
};

}  // namespace rv::app
