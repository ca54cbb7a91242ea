#pragma once
/// A world being explored, without threads or clocks of its own: the world, its rollout, the recording beside
/// it. The generation thread, headless runs and benchmarks all drive this.

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/app/frame_sink.h"
#include "engine/app/history.h"
#include "engine/app/recording.h"
#include "engine/app/recovery.h"
#include "engine/app/truth.h"
#include "world_model/world.h"

namespace rv::app {

/// Usually world_model::open_world; tests bring worlds of their own.
using WorldOpener = std::function<std::unique_ptr<world_model::World>(
    const std::filesystem::path& folder, const world_model::OpenOptions& options)>;

/// The number of CPU threads that `options` stand for on this machine.
int resolved_threads(const world_model::OpenOptions& options);

/// What steers one frame.
struct Steering {
    Action action;
    std::optional<CameraPose> pose;  ///< replaces the ego's
    std::string prompt;              ///< empty: the one in force
    int sampler_steps = 0;           ///< 0: the world's default
    world_model::PromptFade fade;    ///< while the prompt has not quite arrived
    double guidance = 0;             ///< see StepInput
    std::optional<TimePoint> input_time;
    TimePoint sampled_time{};
};

/// Not thread-safe. Errors of the world leave as exceptions; errors of the recording never do: they end the
/// recording, and take_recording_error() tells.
class Generation {
  public:
    /// @param history_bytes what may be kept to go back to; 0: nothing is.
    Generation(FrameSink& sink, WorldOpener opener, std::size_t history_bytes = 0,
               TruthOpener open_truth = app::open_truth);

    /// Loads a world and publishes its start frame. If that fails, what was there before stays.
    void open(const std::filesystem::path& folder, const world_model::OpenOptions& options,
              const world_model::Start& start);
    /// Begins again in the open world and publishes the start frame.
    void restart(const world_model::Start& start);
    /// Continues from a state saved by Rollout::save in the open world, and publishes its frame. @throws
    /// FileError.
    void restore(const std::filesystem::path& state);
    /// Makes one frame and publishes it. Needs an open world.
    const FrameMetadata& step(const Steering& steering);

    [[nodiscard]] bool has_world() const { return rollout_ != nullptr; }
    [[nodiscard]] const world_model::World& world() const;
    [[nodiscard]] const world_model::Rollout& rollout() const;
    [[nodiscard]] const world_model::Start& start() const { return start_; }
    /// Of the newest frame.
    [[nodiscard]] const FrameMetadata& frame() const { return frame_; }
    /// The prompt that the present start begins with.
    [[nodiscard]] std::string start_prompt() const;

    /// Secures what is done from the next start on, see RecoveryLog. A disk that cannot ends it with a line
    /// in the log.
    void secure(const std::filesystem::path& root);
    /// See RecoveryLog::keep.
    void keep_secured(bool kept);
    [[nodiscard]] const world_model::OpenOptions& open_options() const { return open_options_; }

    /// What can be gone back to; without branches where nothing is kept or no world is open.
    [[nodiscard]] History& history() { return history_; }
    [[nodiscard]] const History& history() const { return history_; }
    /// Goes to the kept frame nearest to `moment` and publishes it. A recording notes the jump when the next
    /// frame is made. @return false if nothing is kept.
    bool rewind(const Moment& moment);

    /// Lets the newest frame of another branch go on beside the present one, with the same actions and its
    /// own prompt. @return false if that branch is the present's, or not there.
    bool show_beside(int branch);
    [[nodiscard]] std::optional<int> beside() const;

    /// Begins again, with the simulator beside. @throws UsageError, DeviceError; then nothing has changed.
    void show_truth();
    /// Shows where truth and dream differ instead of the truth.
    void show_difference(bool on);
    /// The next frame is taken from the truth. Without truth it means nothing.
    void anchor_next() { anchor_next_ = truth_ != nullptr; }
    /// How near the newest frame is to the truth; empty without one.
    [[nodiscard]] std::optional<double> truth_psnr_db() const;
    [[nodiscard]] bool difference_shown() const { return difference_; }

    /// Shows the inside of each frame beside it. @throws UsageError if this world has no such view; then
    /// nothing has changed.
    void show_view(world_model::InnerView view);
    [[nodiscard]] std::optional<world_model::InnerView> view() const { return view_; }

    /// The present frame alone again.
    void end_beside();

    /// From the present frame on; world, seed, prompt and version go into the video. Ends a recording in
    /// progress. @throws FileError, UsageError and DeviceError as Recording.
    void start_recording(const RecordingOptions& options);
    void stop_recording();
    /// Ends it and takes its files away.
    void discard_recording();
    [[nodiscard]] const Recording* recording() const { return recording_.get(); }
    /// Why a recording ended by itself; empty if it did not. Clears it.
    std::string take_recording_error();

  private:
    void show_first(std::string prompt);
    void step_beside();
    void publish_truth();
    void publish_view();
    void publish_beside(const world_model::Rollout& rollout, const FrameMetadata& metadata);
    void publish_first(std::string prompt);
    void begin_parts();
    void note_frame();
    void begin_part(Recording& recording);
    [[nodiscard]] SessionStart part_start() const;
    template <class Work>
    void secured(Work work);
    [[nodiscard]] RecordingOptions with_metadata(RecordingOptions options) const;
    template <class Work>
    void guard_recording(Work work);

    FrameSink& sink_;
    WorldOpener opener_;
    world_model::OpenOptions open_options_;
    std::unique_ptr<world_model::World> world_;  // outlives all rollouts below
    std::unique_ptr<world_model::Rollout> rollout_;
    struct Beside {
        int branch = 0;
        std::unique_ptr<world_model::Rollout> rollout;
        std::string prompt;
    };
    std::optional<Beside> beside_;  // or truth_, or view_, or none of them
    std::optional<world_model::InnerView> view_;
    const TruthOpener open_truth_;
    std::unique_ptr<Truth> truth_;
    double truth_psnr_db_ = 0;
    bool difference_ = false, anchor_next_ = false;
    std::vector<std::uint8_t> rgba_, beside_rgba_;  // scratch
    const bool keeps_history_;
    History history_;
    world_model::Start start_;
    FrameMetadata frame_;
    std::unique_ptr<Recording> recording_;
    std::unique_ptr<RecoveryLog> recovery_;
    bool jumped_ = false;  // since the recording's last frame
    std::string recording_error_;
};

}  // namespace rv::app
