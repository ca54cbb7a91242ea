#pragma once
/// One recording: a video for people and the session beside it for `reverie replay`. Where the window takes
/// the pictures itself (RecordingOptions::with_interface), only the session is written here.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/app/frame_sink.h"
#include "engine/app/recording_options.h"
#include "engine/app/resize.h"
#include "engine/app/session.h"
#include "engine/video/recorder.h"

namespace rv::app {

/// "walk.mp4" -> "walk.session.jsonl"; "frames/%05d.png" -> "frames.session.jsonl".
std::filesystem::path session_path(const std::filesystem::path& video);

/// The same for whoever writes the video.
video::RecorderOptions recorder_options(const RecordingOptions& options);

/// "Recorded walk.mp4 with libx264, 3 frames dropped".
std::string closing_words(const std::filesystem::path& video, const std::string& encoder,
                          std::uint64_t dropped_frames);

/// Used by the thread that generates. Cheap per frame: the encoder has a thread of its own.
class Recording {
  public:
    /// @throws FileError when a file cannot be made, UsageError and DeviceError as video::VideoWriter.
    Recording(RecordingOptions options, const world_model::WorldInfo& info);
    /// finish().
    ~Recording();

    /// A start, a reset or a jump: `rollout` shows the first frame of a new part. Fills in the start's size
    /// and digest; saves the rollout's state beside the session unless `reproducible` (World::start gives
    /// this frame).
    void begin(SessionStart start, const world_model::Rollout& rollout, bool reproducible);
    /// A generated frame. @throws FileError when the session or the video cannot be written any further.
    void add(const world_model::Rollout& rollout, const FrameMetadata& metadata);
    /// Closes both files. Never throws; see error().
    void finish();
    /// finish(), and nothing of it stays.
    void discard();

    [[nodiscard]] const RecordingOptions& options() const { return options_; }
    [[nodiscard]] std::uint64_t frames() const { return frames_; }
    [[nodiscard]] std::uint64_t dropped_frames() const { return recorder_ ? recorder_->dropped_frames() : 0; }
    /// FFmpeg's name of the encoder; empty where the window has its own.
    [[nodiscard]] std::string encoder() const { return recorder_ ? recorder_->encoder() : ""; }
    /// The first failure of the video, if any.
    [[nodiscard]] std::optional<std::string> error() const;
    /// Whether frames of this size fit.
    [[nodiscard]] bool fits(const world_model::WorldInfo& info) const;

  private:
    std::uint64_t take_picture(const world_model::Rollout& rollout);

    RecordingOptions options_;
    int width_, height_;
    Resizer resizer_;
    std::unique_ptr<video::Recorder> recorder_;
    SessionWriter session_;
    std::vector<std::uint8_t> rgba_;
    std::uint64_t frames_ = 0;
    std::vector<std::filesystem::path> states_;  // beside the session
};

}  // namespace rv::app
