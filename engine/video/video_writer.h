#pragma once
/// Writes frames to a video file.
///
///     VideoWriter writer("walk.mp4", 1280, 720, {15, 1});
///     for (...) writer.write(frame);
///     writer.finish();
///
/// The file's name says what it becomes (container.h). MP4, Matroska, WebM and image sequences play whatever
/// happens to the process, up to its last second: MP4 goes out in fragments, Matroska in clusters. An
/// animated WebP is written at its end. Odd sizes are stretched to the next even one where the codec halves
/// its colours. The same frames give the same FFV1 bytes.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "engine/core/frame_view.h"
#include "engine/video/video_format.h"

namespace rv::video {

class VideoWriter {
  public:
    /// @throws FileError if the file cannot be created; UsageError for a size, rate, name, codec or quality
    /// that makes no sense; DeviceError where this FFmpeg or machine cannot encode it.
    VideoWriter(const std::filesystem::path& path, int width, int height, Rational frame_rate,
                const WriterOptions& options = {});
    VideoWriter(VideoWriter&&) noexcept;
    VideoWriter& operator=(VideoWriter&&) noexcept;
    /// Finishes the file if finish() was not called; logs instead of throwing.
    ~VideoWriter();

    /// Appends a frame of exactly the video's size; alpha is ignored.
    /// @throws FileError once, when the disk is full or fails. Later writes are ignored and the file stays
    /// playable.
    void write(const FrameView& frame);
    /// Leaves a gap of `count` frame times: the frame before is shown longer.
    void skip(std::int64_t count);
    /// Writes what the encoder still holds and closes the file. @throws FileError, unless write() threw
    /// already.
    void finish();

    [[nodiscard]] std::int64_t frames_written() const;
    /// FFmpeg's name of the encoder that was chosen.
    [[nodiscard]] std::string encoder() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace rv::video
