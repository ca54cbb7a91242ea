#include "engine/app/window_sink.h"

#include <utility>

namespace rv::app {

namespace {

interop::FrameStamp stamp_of(const FrameMetadata& metadata) {
    interop::FrameStamp stamp;
    stamp.frame_index = metadata.index;
    stamp.epoch = metadata.epoch;
    stamp.finished_time = metadata.finished_time;
    return stamp;
}

}  // namespace

WindowSink::WindowSink(renderer::Device& device, bool on_cuda, std::function<void()> wake)
    : device_(device), on_cuda_(on_cuda), wake_(std::move(wake)) {}

void WindowSink::begin_world(const world_model::WorldInfo& info) {
    {
        const std::lock_guard lock(mutex_);
        if (frames_ && frames_->width() == info.width && frames_->height() == info.height) return;
    }
    std::shared_ptr<interop::SharedFrames> frames =
        interop::create_shared_frames(device_, info.width, info.height, on_cuda_);
    const std::lock_guard lock(mutex_);
    std::swap(frames_, frames);
}

void WindowSink::publish_beside(std::span<const std::uint8_t> rgba, const FrameMetadata& metadata) {
    std::shared_ptr<interop::HostSharedFrames> frames;
    {
        const std::lock_guard lock(mutex_);
        frames = beside_;
    }
    if (!frames)
        frames = std::make_shared<interop::HostSharedFrames>(device_, frames_->width(), frames_->height(),
                                                             interop::SharingPath::MappedStaging);
    frames->publish(rgba, stamp_of(metadata));
    {
        const std::lock_guard lock(mutex_);
        beside_ = std::move(frames);
        fresh_ = true;
    }
    if (wake_) wake_();
}

void WindowSink::end_beside() {
    {
        const std::lock_guard lock(mutex_);
        beside_.reset();  // the window may still show it
        fresh_ = true;
    }
    if (wake_) wake_();
}

std::optional<interop::ShownFrame> WindowSink::take_beside() {
    {
        const std::lock_guard lock(mutex_);
        shown_beside_ = beside_;
    }
    return shown_beside_ ? shown_beside_->take() : std::nullopt;
}

void WindowSink::publish(const world_model::Rollout& rollout, const FrameMetadata& metadata) {
    interop::FrameStamp stamp = stamp_of(metadata);
    {
        const std::lock_guard lock(mutex_);
        // A frame that nobody saw passes its input on to the next one: that is the first to show it.
        if (!unshown_input_) unshown_input_ = metadata.input_time;
        stamp.input_time = unshown_input_;
    }
    frames_->publish(rollout, stamp);  // only this thread replaces frames_
    {
        const std::lock_guard lock(mutex_);
        fresh_ = true;
        if (metadata.index > 0) {
            if (count_.frames++ == 0) count_.first = metadata.finished_time;
            count_.last = metadata.finished_time;
        }
    }
    if (wake_) wake_();
}

std::optional<interop::ShownFrame> WindowSink::take() {
    std::shared_ptr<interop::SharedFrames> current;
    {
        const std::lock_guard lock(mutex_);
        current = frames_;
        // The GPU does not wake the window, which has to look again. Asked first: what is finished between
        // now and the taking is taken.
        fresh_ = current && current->unfinished();
        // The new world has no frame yet: go on with the old one's.
        if (current && current->finished_frames() == 0 && shown_) current = shown_;
    }
    if (!current) return std::nullopt;
    shown_ = std::move(current);
    auto frame = shown_->take();
    if (frame && frame->fresh && frame->stamp.input_time) {
        const std::lock_guard lock(mutex_);
        if (unshown_input_ == frame->stamp.input_time) unshown_input_.reset();
        // A frame that was queued before this one was shown carries the same input; it is not its first.
        if (frame->stamp.input_time == shown_input_)
            frame->stamp.input_time.reset();
        else
            shown_input_ = frame->stamp.input_time;
    }
    return frame;
}

bool WindowSink::fresh() const {
    const std::lock_guard lock(mutex_);
    return fresh_;
}

std::string WindowSink::path() const {
    const std::lock_guard lock(mutex_);
    return frames_ ? interop::to_string(frames_->path()) : "";
}

WindowSink::Count WindowSink::count() const {
    const std::lock_guard lock(mutex_);
    return count_;
}

}  // namespace rv::app
