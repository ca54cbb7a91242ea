#include "engine/app/window_recorder.h"

#include "engine/app/recording.h"
#include "engine/core/error.h"

namespace rv::app {

void WindowRecorder::follow(const std::optional<RecordingStatus>& status, TimePoint now) {
    const RecordingOptions* wanted = status && status->options.with_interface ? &status->options : nullptr;
    if (video_ && (!wanted || wanted->video != video_->path())) {
        video_->close();
        closing_.push_back(std::move(video_));
    }
    if (wanted && !video_ && wanted->video != failed_) begin(*wanted, now);
    if (video_) {
        video_->collect();
        if (const auto error = video_->error()) fail(*error, now);
    }
    tend_closing(now);
}

void WindowRecorder::begin(const RecordingOptions& options, TimePoint now) {
    try {
        if (!swapchain_.readable())
            throw DeviceError("this display does not let the window's picture be read",
                              "a recording without the interface");
        video_ = std::make_unique<WindowVideo>(device_, swapchain_.extent(), options);
    } catch (const Error& error) {
        failed_ = options.video;
        ui_.notify(ui::ToastKind::Error, error.what(), now);
        control_.post(StopRecordingRequest{.discard = true});
    }
}

void WindowRecorder::fail(const std::string& sentence, TimePoint now) {
    ui_.notify(ui::ToastKind::Error, sentence, now);
    if (video_) failed_ = video_->path();
    video_.reset();
    control_.post(StopRecordingRequest{});
}

void WindowRecorder::tend_closing(TimePoint now) {
    for (const auto& video : closing_) video->collect();
    std::erase_if(closing_, [&](const std::unique_ptr<WindowVideo>& video) {
        if (!video->closed()) return false;
        const RecordingFigures figures = video->figures();
        if (const auto error = video->error())
            ui_.notify(ui::ToastKind::Error, *error, now);
        else
            ui_.notify(ui::ToastKind::Success,
                       closing_words(video->path(), figures.encoder, figures.dropped_frames), now);
        return true;
    });
}

void WindowRecorder::capture(VkCommandBuffer commands, VkImage image, TimePoint now) {
    if (video_) video_->capture(commands, image, swapchain_.extent(), now);
}

void WindowRecorder::submitted(std::uint64_t done) {
    if (video_) video_->submitted(done);
}

std::optional<RecordingFigures> WindowRecorder::figures() const {
    return video_ ? std::optional(video_->figures()) : std::nullopt;
}

}  // namespace rv::app
