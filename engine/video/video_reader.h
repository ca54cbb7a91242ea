#pragma once
/// Reads a video's frames one after the other. Whatever FFmpeg can decode is taken.
///
///     VideoReader reader("walk.mp4");
///     std::vector<std::uint8_t> rgb(reader.rgb_bytes());
///     while (reader.read(rgb)) ...
///
/// A file that was cut short ends where its last whole frame ends: compare the frames read with the number
/// expected where that matters.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "engine/video/video_format.h"

namespace rv::video {

class VideoReader {
  public:
    /// @param threads of the decoder; 0: one per core.
    /// @throws FileError if the file is missing, foreign or has no picture to decode.
    explicit VideoReader(const std::filesystem::path& path, int threads = 1);
    VideoReader(VideoReader&&) noexcept;
    VideoReader& operator=(VideoReader&&) noexcept;
    ~VideoReader();

    /// From now on frames come out at this size, resized by FFmpeg.
    void scale_to(int width, int height);

    /// Of the frames that read() gives.
    [[nodiscard]] int width() const;
    [[nodiscard]] int height() const;
    [[nodiscard]] Rational frame_rate() const;
    /// What the container says or its duration implies; a cut file may hold fewer.
    [[nodiscard]] std::optional<std::int64_t> frame_count() const;
    /// What the file says about itself under this name; empty if nothing. In upper or lower case.
    [[nodiscard]] std::string metadata(const std::string& name) const;
    [[nodiscard]] std::size_t rgb_bytes() const { return static_cast<std::size_t>(width()) * height() * 3; }
    [[nodiscard]] std::size_t rgba_bytes() const { return static_cast<std::size_t>(width()) * height() * 4; }

    /// Decodes the next frame, rows from the top without gaps.
    /// @param pixels rgb_bytes() for (H, W, 3) or rgba_bytes() for (H, W, 4) with alpha 255.
    /// @return false after the last frame. @throws FileError naming the frame if its data is damaged.
    bool read(std::span<std::uint8_t> pixels);
    /// Index of the frame that read() gave last, by its time stamp; -1 before the first.
    [[nodiscard]] std::int64_t frame_index() const;
    /// The next read() gives the frame with this index (or the first after it, where the video has a gap).
    /// @throws FileError if the file cannot be seeked.
    void seek(std::int64_t frame_index);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace rv::video
