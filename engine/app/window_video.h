#pragma once
/// The window as it is presented, panels, split views and all, into a video. The window is never held up:
/// what the GPU or the encoder cannot take in time is dropped and counted.

#include <cstdint>
#include <optional>
#include <string>

#include "engine/app/recording_options.h"
#include "engine/core/clock.h"
#include "engine/video/recorder.h"
#include "renderer/picture_readback.h"

namespace rv::app {

/// What the interface shows of a recording.
struct RecordingFigures {
    double seconds = 0;
    std::uint64_t dropped_frames = 0;
    std::string encoder;  ///< FFmpeg's name
};

/// Used by the window's thread.
class WindowVideo {
  public:
    /// @param size of the video; a window that is resized later is fitted into it.
    /// @throws FileError, UsageError and DeviceError as video::VideoWriter.
    WindowVideo(renderer::Device& device, VkExtent2D size, const RecordingOptions& options);
    /// Waits for the GPU and the encoder.
    ~WindowVideo();
    WindowVideo(const WindowVideo&) = delete;
    WindowVideo& operator=(const WindowVideo&) = delete;

    /// Takes the picture along if a frame of the video is due; see renderer::PictureReadback::capture.
    void capture(VkCommandBuffer commands, VkImage image, VkExtent2D extent, TimePoint now);
    void submitted(std::uint64_t done) { readback_.submitted(done); }
    /// Hands finished pictures to the encoder. Once per window frame.
    void collect();
    /// No more pictures are taken; collect() brings it to its end.
    void close() { closing_ = true; }
    /// Whether the file is closed.
    [[nodiscard]] bool closed() const { return recorder_.closed(); }

    [[nodiscard]] const std::filesystem::path& path() const { return recorder_.path(); }
    [[nodiscard]] RecordingFigures figures() const;
    /// The first failure, if any.
    [[nodiscard]] std::optional<std::string> error() const { return recorder_.error(); }

  private:
    renderer::PictureReadback readback_;
    video::Recorder recorder_;
    std::optional<TimePoint> begin_;
    std::int64_t next_frame_ = 0;     // of the video, not yet captured
    std::int64_t pushed_frame_ = -1;  // the last one that went to the recorder
    std::uint64_t lost_ = 0;          // the GPU was behind
    bool closing_ = false;
};

}  // namespace rv::app
