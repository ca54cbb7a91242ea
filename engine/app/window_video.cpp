#include "engine/app/window_video.h"

#include <cmath>

#include "engine/app/recording.h"
#include "engine/core/log.h"

namespace rv::app {
namespace {

constexpr video::Rational kFrameRate{30, 1};

}  // namespace

WindowVideo::WindowVideo(renderer::Device& device, VkExtent2D size, const RecordingOptions& options)
    : readback_(device, size),
      recorder_(options.video, static_cast<int>(size.width), static_cast<int>(size.height), kFrameRate,
                recorder_options(options)) {}

WindowVideo::~WindowVideo() {
    readback_.wait();
    collect();
    recorder_.finish();
    const RecordingFigures end = figures();
    if (const auto failure = error())
        log::error("{}", *failure);
    else
        log::info("{}", closing_words(path(), end.encoder, end.dropped_frames));
}

void WindowVideo::capture(VkCommandBuffer commands, VkImage image, VkExtent2D extent, TimePoint now) {
    if (closing_) return;
    if (!begin_) begin_ = now;
    const auto frame =
        static_cast<std::int64_t>(std::floor(seconds_between(*begin_, now) * kFrameRate.value()));
    if (frame < next_frame_) return;  // the window draws faster than the video runs
    next_frame_ = frame + 1;
    if (!readback_.capture(commands, image, extent, frame)) ++lost_;
}

void WindowVideo::collect() {
    if (recorder_.closed()) return;
    while (const auto picture = readback_.take()) {
        recorder_.skip(picture->tag - pushed_frame_ - 1);
        pushed_frame_ = picture->tag;
        recorder_.push({picture->rgba.data(), recorder_.width(), recorder_.height(),
                        static_cast<std::size_t>(recorder_.width()) * 4});
    }
    if (closing_ && readback_.idle()) recorder_.close();
}

RecordingFigures WindowVideo::figures() const {
    return {static_cast<double>(next_frame_) / kFrameRate.value(), recorder_.dropped_frames() + lost_,
            recorder_.encoder()};
}

}  // namespace rv::app
