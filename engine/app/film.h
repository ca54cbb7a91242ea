#pragma once
/// A camera path filmed offline: a rollout follows the path, one generated frame for every frame of the
/// video, as fast as the machine can and at any frame rate. The camera's speed is the path's: more frames a
/// second are smaller moves a frame.
///
///     Film film(options, rollout.copy(), world.info());
///     while (film.step()) show(film.status());

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/app/camera_path.h"
#include "engine/app/film_format.h"
#include "engine/app/resize.h"
#include "engine/video/recorder.h"
#include "world_model/world.h"

namespace rv::app {

struct FilmOptions {
    CameraPath path;
    FilmFormat format;
    std::filesystem::path video;  ///< an .mp4
    std::string prompt;           ///< in force for all of it
    int sampler_steps = 0;        ///< 0: the world's default
};

struct FilmStatus {
    std::filesystem::path video;
    int frames = 0, frame_count = 0;  ///< filmed so far, and in the end
    bool travelling = false;          ///< on the way to the path's beginning, unfilmed
    double progress = 0;              ///< of the work, 0 to 1
};

/// Not thread-safe. Cheap beside a world's step: the encoder has a thread of its own.
class Film {
  public:
    /// Where the rollout's camera is not at the path's beginning, it flies there first, at the free camera's
    /// speed: a world follows motions, not jumps.
    /// @param rollout of the world of `info`, which outlives the film.
    /// @throws UsageError for a path without keys, a world that follows no camera, or a format that makes no
    /// sense; FileError when the file cannot be made.
    Film(FilmOptions options, std::unique_ptr<world_model::Rollout> rollout,
         const world_model::WorldInfo& info);
    /// Ends the video if finish() was not called.
    ~Film();
    Film(const Film&) = delete;
    Film& operator=(const Film&) = delete;

    /// Makes the next frame. @return false when there was none left, and the video is finished.
    /// @throws Error when the video cannot be written any further, and what the world throws.
    bool step();
    /// Ends the video here; it plays up to this frame. @throws Error.
    void finish();

    [[nodiscard]] FilmStatus status() const;
    /// Shows the newest frame.
    [[nodiscard]] const world_model::Rollout& rollout() const { return *rollout_; }
    [[nodiscard]] const FilmFormat& format() const { return format_; }

  private:
    void check_video() const;

    FilmOptions options_;
    FilmFormat format_;
    std::unique_ptr<world_model::Rollout> rollout_;
    std::vector<CameraPose> approach_;  // without its first pose, where the camera is, and the path's first
    Resizer resizer_;
    std::vector<std::uint8_t> rgba_;
    int made_ = 0;  // frames, those of the approach included
    video::Recorder recorder_;
};

}  // namespace rv::app
