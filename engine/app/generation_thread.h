#pragma once
/// The thread that owns the world and its rollout, and makes one frame after the other. It reads the newest
/// input immediately before each step, and nothing that the window does or fails to do can hold it up.
///
///     Control control;
///     GenerationThread generation(control, sink, world_model::open_world);
///     control.post(OpenWorldRequest{folder, open_options, start});
///     while (...) { control.set_motion(...); show(generation.status()); }

#include <memory>
#include <mutex>
#include <thread>

#include "engine/app/control.h"
#include "engine/app/film.h"
#include "engine/app/frame_sink.h"
#include "engine/app/generation.h"
#include "engine/app/governor.h"
#include "engine/app/pacer.h"
#include "engine/app/playback.h"
#include "engine/app/prompt_fader.h"
#include "engine/app/statistics.h"
#include "engine/platform/free_camera.h"

namespace rv::app {

struct GenerationThreadOptions {
    bool uncapped = false;  ///< as fast as possible instead of at the world's frame rate
    bool start_paused = false;
    std::size_t history_bytes = std::size_t{384} << 20;  ///< see History
    std::filesystem::path recovery;                      ///< where sessions are secured; empty: nowhere
};

struct RecordingStatus {
    RecordingOptions options;  ///< with its metadata
    std::uint64_t frames = 0;  ///< generated while it ran
    std::uint64_t dropped_frames = 0;
    std::string encoder;  ///< empty where the window writes the video
};

/// A script or a session that steers in the person's place.
struct PlaybackStatus {
    std::filesystem::path file;
    std::uint64_t done = 0, count = 0;  ///< frames
};

/// A snapshot for the window.
struct GenerationStatus {
    enum class State {
        Empty,    ///< no world yet
        Opening,  ///< a world is being loaded
        Running,
        Paused,
        Failed,  ///< see `error`; a reset or another world goes on
    };
    State state = State::Empty;
    std::string error;   ///< why it failed; stays until something succeeds
    std::string notice;  ///< what went wrong beside the generation (a recording that ended), newest only
    /// Shared with the generation thread, never changed; null without a world.
    std::shared_ptr<const world_model::WorldInfo> world;
    std::string device;  ///< the world's device_name()
    world_model::Start start;
    std::uint64_t epoch = 0, frame_index = 0;
    CameraPose pose;
    std::string prompt;
    Action action;
    int sampler_steps = 0;  ///< as asked for, or as the deadline allowed; 0: the world's default
    bool free_camera = false;
    std::shared_ptr<const HistoryTree> history;  ///< never null; shared with the generation thread
    std::optional<int> beside;                   ///< the branch that is shown beside the present one
    std::optional<double> truth_psnr_db;         ///< of the newest frame, while the simulator is beside
    bool difference = false;                     ///< it shows where they differ
    std::optional<world_model::InnerView> view;  ///< what is shown of each frame beside it
    world_model::StepTimes times;
    StepSummary steps;
    std::optional<RecordingStatus> recording;
    RecordingStatus last_recording;  ///< the last one that was finished; without a name: none yet
    std::optional<PlaybackStatus> playback;
    std::optional<FilmStatus> film;   ///< in the making
    std::filesystem::path last_film;  ///< the last one that was finished
};

class GenerationThread {
  public:
    /// Starts the thread. Control and sink outlive it.
    GenerationThread(Control& control, FrameSink& sink, WorldOpener open_world,
                     GenerationThreadOptions options = {});
    /// Ends a recording properly and joins.
    ~GenerationThread();
    GenerationThread(const GenerationThread&) = delete;
    GenerationThread& operator=(const GenerationThread&) = delete;

    [[nodiscard]] GenerationStatus status() const;
    /// See StepStatistics::newest().
    [[nodiscard]] std::vector<StepRecord> newest_steps(std::size_t count = StepStatistics::kKept) const;

  private:
    /// Passes frames on; before the first frame of an epoch, the control takes over what that epoch begins
    /// with. So whatever the window sets once it has seen the frame stays.
    class Relay : public FrameSink {
      public:
        Relay(Control& control, FrameSink& sink) : control_(control), sink_(sink) {}
        void begin_world(const world_model::WorldInfo& info) override;
        void publish(const world_model::Rollout& rollout, const FrameMetadata& metadata) override;
        void publish_beside(std::span<const std::uint8_t> rgba, const FrameMetadata& metadata) override;
        void end_beside() override;
        int opening_sampler_steps = 0;

      private:
        Control& control_;
        FrameSink& sink_;
        std::uint64_t epoch_ = 0;
    };

    void run();
    void round();
    void rest();
    void make_frame();
    world_model::PromptFade fade();
    std::optional<CameraPose> steer_camera(const world_model::WorldInfo& info);
    void carry_out(Request& request);
    void carry_out(OpenWorldRequest& wish);
    void carry_out(ResetRequest& wish);
    void carry_out(StartRecordingRequest& wish);
    void carry_out(StopRecordingRequest& wish);
    void carry_out(RewindRequest& wish);
    void carry_out(BookmarkRequest& wish);
    void carry_out(RemoveBookmarkRequest& wish);
    void carry_out(RenameBranchRequest& wish);
    void carry_out(CompareRequest& wish);
    void carry_out(ShowTruthRequest& wish);
    void carry_out(ShowDifferenceRequest& wish);
    void carry_out(AnchorRequest& wish);
    void carry_out(PlaceCameraRequest& wish);
    void carry_out(FilmRequest& wish);
    void carry_out(StopFilmRequest& wish);
    void carry_out(ShowViewRequest& wish);
    void carry_out(PlayRequest& wish);
    void carry_out(ResumeRequest& wish);
    void open(const OpenWorldRequest& wish);
    void steer_by_hand();
    bool steer_by_playback();
    std::optional<Steering> next_of_playback();
    template <class Read>
    void play(Read read, const world_model::OpenOptions& options, bool races);
    void begin_part(const Playback::Part& part);
    void end_playback();
    void film_frame();
    void end_film();
    void show(const world_model::Rollout& rollout);
    void has_begun();
    void note(std::string notice);
    void fail(const std::exception& error);
    void update_status(GenerationStatus::State state);

    Control& control_;
    const GenerationThreadOptions options_;
    Relay relay_;
    Generation generation_;
    Steering steering_;
    ControlSample sample_;
    Pacer pacer_;
    Governor governor_;
    platform::FreeCamera camera_;
    PromptFader fader_;
    std::uint64_t faded_epoch_ = 0;  // that the fader has begun
    std::optional<Playback> playback_;
    world_model::OpenOptions playback_options_;
    bool playback_races_ = false;
    std::optional<Film> film_;  // its rollout goes before the world does
    bool camera_free_ = false, failed_ = false;
    std::shared_ptr<const world_model::WorldInfo> world_;  // shared with whoever reads the status
    RecordingStatus recording_;                            // the one that runs, or the last one
    std::filesystem::path last_film_;

    mutable std::mutex mutex_;  // guards the two below
    GenerationStatus status_;
    StepStatistics statistics_;

    std::thread thread_;  // last: it uses all the others
};

}  // namespace rv::app
