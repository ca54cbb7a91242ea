#include "engine/video/recorder.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/core/error.h"

namespace rv::video {

Recorder::Recorder(const std::filesystem::path& path, int width, int height, Rational frame_rate,
                   const RecorderOptions& options)
    : path_(path),
      width_(width),
      height_(height),
      options_(options),
      writer_(path, width, height, frame_rate, options.writer),
      encoder_(writer_.encoder()) {
    options_.queue_frames = std::max<std::size_t>(1, options_.queue_frames);
    thread_ = std::thread([this] { run(); });
}

Recorder::~Recorder() {
    finish();
}

bool Recorder::push(const FrameView& frame) {
    RV_ASSERT(frame.width == width_ && frame.height == height_, "a frame of the video's size");
    Item item;
    {
        std::unique_lock lock(mutex_);
        RV_ASSERT(!closing_, "push after finish");
        if (options_.wait_when_full)
            item_taken_.wait(lock, [this] { return queue_.size() < options_.queue_frames || error_; });
        if (queue_.size() >= options_.queue_frames || error_) {
            ++dropped_;
            ++skipped_;
            return false;
        }
        if (!spare_.empty()) {
            item.rgba = std::move(spare_.back());
            spare_.pop_back();
        }
        item.skipped_before = std::exchange(skipped_, 0);
    }
    const std::size_t row_bytes = static_cast<std::size_t>(width_) * 4;
    item.rgba.resize(row_bytes * static_cast<std::size_t>(height_));
    for (int y = 0; y < height_; ++y)
        std::memcpy(item.rgba.data() + static_cast<std::size_t>(y) * row_bytes, frame.row(y), row_bytes);
    {
        const std::lock_guard lock(mutex_);
        queue_.push_back(std::move(item));
    }
    item_added_.notify_one();
    return true;
}

void Recorder::skip(std::int64_t frames) {
    RV_ASSERT(frames >= 0, "time runs forward");
    const std::lock_guard lock(mutex_);
    skipped_ += frames;
}

void Recorder::close() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    item_added_.notify_one();
}

void Recorder::finish() {
    close();
    if (thread_.joinable()) thread_.join();
}

std::optional<std::string> Recorder::error() const {
    const std::lock_guard lock(mutex_);
    return error_;
}

void Recorder::run() {
    const auto guarded = [this](auto&& work) {
        try {
            work();
            return true;
        } catch (const std::exception& failure) {
            const std::lock_guard lock(mutex_);
            if (!error_) error_ = failure.what();
            return false;
        }
    };
    while (true) {
        Item item;
        bool failed = false;
        {
            std::unique_lock lock(mutex_);
            item_added_.wait(lock, [this] { return !queue_.empty() || closing_; });
            if (queue_.empty()) break;
            item = std::move(queue_.front());
            queue_.pop_front();
            failed = error_.has_value();
        }
        if (failed || !guarded([&] { write(item); })) ++dropped_;
        {
            const std::lock_guard lock(mutex_);
            spare_.push_back(std::move(item.rgba));
        }
        item_taken_.notify_one();
    }
    guarded([this] { writer_.finish(); });
    closed_ = true;
}

void Recorder::write(const Item& item) {
    writer_.skip(item.skipped_before);
    writer_.write({item.rgba.data(), width_, height_, static_cast<std::size_t>(width_) * 4});
    ++written_;
}

}  // namespace rv::video
