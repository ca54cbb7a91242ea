#pragma once
/// The mailbox between the window and the generation thread: the newest wish wins, nothing queues up but
/// requests. Every member may be called from any thread; the window never waits for the model here.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <variant>

#include "engine/app/film.h"
#include "engine/app/history.h"
#include "engine/app/recording_options.h"
#include "engine/core/clock.h"
#include "engine/platform/input_map.h"
#include "world_model/world.h"

namespace rv::app {

/// Requests are carried out in order, between two steps.
struct OpenWorldRequest {
    std::filesystem::path folder;
    world_model::OpenOptions options;
    world_model::Start start;
    int sampler_steps = 0;  ///< 0: the world's default
};
/// Begins again in the same world; empty: with the same start as last time.
struct ResetRequest {
    std::optional<world_model::Start> start;
};
/// The session log lies beside the video. Without a name for it: one by date under recordings/.
struct StartRecordingRequest {
    RecordingOptions options;
};
struct StopRecordingRequest {
    bool discard = false;  ///< nothing is kept: there is no video
};
/// Goes to the kept frame nearest to it; what is made there begins a branch.
struct RewindRequest {
    Moment to;
};
/// Marks the present moment. @param name empty: a number
struct BookmarkRequest {
    std::string name;
};
struct RemoveBookmarkRequest {
    std::size_t index = 0;
};
struct RenameBranchRequest {
    int branch = 0;
    std::string name;
};
/// Shows the newest frame of another branch beside the present one; both go on with the same actions, each
/// with its own prompt. Empty: the present one alone.
struct CompareRequest {
    std::optional<int> branch;
};
/// Puts the free camera there; it has to be set free as well.
struct PlaceCameraRequest {
    CameraPose pose;
};
/// Films a path from the present moment on. The session rests meanwhile, and goes on where it was.
struct FilmRequest {
    FilmOptions film;
};
/// Ends a film early; its video plays up to there.
struct StopFilmRequest {};

/// Shows the simulator beside the world, or no longer. Both begin again at the start frame, where they agree.
struct ShowTruthRequest {
    bool on = true;
};
/// Shows where the two differ instead of the simulator's own picture.
struct ShowDifferenceRequest {
    bool on = true;
};
/// Plays a script or a session in the person's place, in the world that it names; whoever moves takes over.
struct PlayRequest {
    std::filesystem::path file;
    world_model::OpenOptions options;  ///< for a world that has to be opened
};
/// Goes on with a session that a crash ended, as fast as it can.
struct ResumeRequest {
    std::filesystem::path log;
    world_model::OpenOptions options;
};
/// Shows the inside of each frame beside it; empty: the frame alone.
struct ShowViewRequest {
    std::optional<world_model::InnerView> view;
};
/// The next frame is the simulator's instead of a generated one.
struct AnchorRequest {};

using Request =
    std::variant<OpenWorldRequest, ResetRequest, StartRecordingRequest, StopRecordingRequest, RewindRequest,
                 BookmarkRequest, RemoveBookmarkRequest, RenameBranchRequest, CompareRequest,
                 ShowTruthRequest, ShowDifferenceRequest, AnchorRequest, PlaceCameraRequest, FilmRequest,
                 StopFilmRequest, ShowViewRequest, PlayRequest, ResumeRequest>;

/// What steers the next frame.
struct ControlSample {
    platform::Motion motion;  ///< keys and sticks plus this frame's share of the mouse
    bool free_camera = false;
    std::string prompt;
    int sampler_steps = 0;
    double deadline_ms = 0;
    int fade_frames = 0;                  ///< that a change of the prompt takes
    double guidance = 0;                  ///< on the prompt; 0: the world decides
    std::optional<TimePoint> input_time;  ///< the newest event that no earlier sample has seen
};

class Control {
  public:
    // The window's side.

    /// What the devices say now; call once per window frame. A press that began and ended since the last
    /// take() still steers one frame; mouse motion adds up.
    void set_motion(const platform::MotionSample& sample);
    void set_prompt(std::string prompt);
    void set_sampler_steps(int steps);
    /// The sampler steps are chosen so that a step of the world takes no longer; 0: nothing chooses them.
    void set_deadline_ms(double deadline_ms);
    /// A new prompt arrives over so many frames; 0: at once.
    void set_fade_frames(int frames);
    /// How much the prompt counts, see StepInput; 0: the world decides.
    void set_guidance(double guidance);
    /// The camera leaves the ego at its present pose, or returns.
    void set_free_camera(bool on);
    void set_paused(bool paused);
    /// One frame while paused. Steps asked for faster than they are made add up.
    void single_step();
    void post(Request request);
    /// The generation thread ends after the step in progress.
    void stop();

    [[nodiscard]] bool paused() const;
    [[nodiscard]] bool free_camera() const;
    [[nodiscard]] std::string prompt() const;
    [[nodiscard]] int sampler_steps() const;
    [[nodiscard]] double deadline_ms() const;
    [[nodiscard]] double guidance() const;

    // The generation thread's side.

    /// The newest input. Reuses `sample`'s memory.
    void take(ControlSample& sample);
    std::optional<Request> take_request();
    /// Whether a step may be made now; uses up a single step while paused.
    bool take_permission();
    [[nodiscard]] bool stopping() const;

    /// Sleeps until the time has come, or earlier when there is a request, a stop or a pause.
    void wait_until(TimePoint due);
    /// Sleeps until there is a request or a stop.
    void wait_for_request();
    /// Sleeps until there is a request, a stop, or permission to make a step.
    void wait_for_work();

  private:
    [[nodiscard]] bool interrupted() const { return stopping_ || !requests_.empty(); }
    [[nodiscard]] bool may_step() const { return !paused_ || single_steps_ > 0; }

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    platform::Motion held_, tapped_;
    platform::MouseLook mouse_;
    std::optional<TimePoint> input_time_;
    std::string prompt_;
    int sampler_steps_ = 0;
    double deadline_ms_ = 0;
    int fade_frames_ = 0;
    double guidance_ = 0;
    bool free_camera_ = false, paused_ = false, stopping_ = false;
    int single_steps_ = 0;
    std::deque<Request> requests_;
};

}  // namespace rv::app
