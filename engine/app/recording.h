#pragma once
/// One recording: a video for people and the session beside it for `reverie replay`.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/app/frame_sink.h"
#include "engine/app/resize.h"
#include "engine/app/session.h"
#include "engine/video/recorder.h"

namespace rv::app {

struct RecordingOptions {
    std::filesystem::path video;  ///< an .mp4; the session goes to session_path(video)
    /// Waits for the encoder instead of dropping pictures: for runs that nobody steers.
    bool wait_when_full = false;
    int wanted_width = 768;  ///< small pictures are enlarged by a whole factor up to this width
};

/// "walk.mp4" -> "walk.session.jsonl".
std::filesystem::path session_path(const std::filesystem::path& video);

/// Used by the thread that generates. Cheap per frame: the encoder has a thread of its own.
class Recording {
  public:
    /// @throws FileError when a file cannot be made.
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

    [[nodiscard]] const std::filesystem::path& video() const { return options_.video; }
    [[nodiscard]] std::uint64_t frames() const { return frames_; }
    [[nodiscard]] std::uint64_t dropped_frames() const { return recorder_.dropped_frames(); }
    /// The first failure of the video, if any.
    [[nodiscard]] std::optional<std::string> error() const { return recorder_.error(); }
    /// Whether frames of this size fit.
    [[nodiscard]] bool fits(const world_model::WorldInfo& info) const;

  private:
    std::uint64_t take_picture(const world_model::Rollout& rollout);

    RecordingOptions options_;
    int width_, height_;
    Resizer resizer_;
    video::Recorder recorder_;
    SessionWriter session_;
    std::vector<std::uint8_t> rgba_;
    std::uint64_t frames_ = 0;
    int states_ = 0;
};

}  // namespace rv::app
