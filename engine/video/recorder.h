#pragma once
/// Records frames while they are generated: a VideoWriter on a thread of its own behind a bounded queue.
/// Whoever pushes never waits for the encoder or the disk; where they fall behind, frames are dropped and
/// counted, and the video keeps its time (the frame before is shown longer).

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/core/frame_view.h"
#include "engine/video/video_writer.h"

namespace rv::video {

struct RecorderOptions {
    WriterOptions writer = {};
    std::size_t queue_frames = 32;
    bool wait_when_full = false;  ///< for rendering offline: push() waits and nothing is dropped
};

class Recorder {
  public:
    /// @throws FileError, UsageError, DeviceError as VideoWriter does.
    Recorder(const std::filesystem::path& path, int width, int height, Rational frame_rate,
             const RecorderOptions& options = {});
    /// finish().
    ~Recorder();
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    /// Copies the frame. One thread at a time. @return false if it was dropped.
    bool push(const FrameView& frame);
    /// Leaves a gap of `frames` frame times before the next frame: nothing was there to show.
    void skip(std::int64_t frames);
    /// No more frames come; the thread writes what is queued and closes the file meanwhile. Never waits.
    void close();
    /// Whether the file is closed: finish() would return at once. Any thread.
    [[nodiscard]] bool closed() const { return closed_; }
    /// Writes everything that is queued, closes the file and joins the thread. Never throws; see error().
    void finish();

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] int width() const { return width_; }
    [[nodiscard]] int height() const { return height_; }
    /// FFmpeg's name of the encoder that was chosen. Any thread.
    [[nodiscard]] const std::string& encoder() const { return encoder_; }
    /// Frames pushed but not in the video: the queue was full or the file had failed. Any thread.
    [[nodiscard]] std::uint64_t dropped_frames() const { return dropped_; }
    /// Frames handed to the encoder. Any thread.
    [[nodiscard]] std::uint64_t written_frames() const { return written_; }
    /// The sentence of the first failure, if any. Any thread.
    [[nodiscard]] std::optional<std::string> error() const;

  private:
    struct Item {
        std::vector<std::uint8_t> rgba;
        std::int64_t skipped_before = 0;
    };

    void run();
    void write(const Item& item);

    std::filesystem::path path_;
    int width_, height_;
    RecorderOptions options_;
    VideoWriter writer_;  // the encoder thread's, once it runs
    const std::string encoder_;

    mutable std::mutex mutex_;
    std::condition_variable item_added_, item_taken_;
    std::deque<Item> queue_;
    std::vector<std::vector<std::uint8_t>> spare_;  // buffers to use again
    std::int64_t skipped_ = 0;                      // dropped since the last item
    bool closing_ = false;
    std::optional<std::string> error_;
    std::atomic<std::uint64_t> dropped_ = 0, written_ = 0;
    std::atomic<bool> closed_ = false;
    std::thread thread_;
};

}  // namespace rv::video
