#include "engine/app/recording.h"

#include "engine/app/resources.h"
#include "engine/core/error.h"

namespace rv::app {
namespace {

std::filesystem::path prepared(const std::filesystem::path& video) {
    make_parent_folder(video);
    return video;
}

video::RecorderOptions recorder_options(const RecordingOptions& options) {
    video::RecorderOptions recorder;
    recorder.wait_when_full = options.wait_when_full;
    return recorder;
}

}  // namespace

std::filesystem::path session_path(const std::filesystem::path& video) {
    std::filesystem::path path = video;
    return path.replace_extension(".session.jsonl");
}

Recording::Recording(RecordingOptions options, const world_model::WorldInfo& info)
    : options_(std::move(options)),
      width_(info.width),
      height_(info.height),
      resizer_(info.width, info.height, info.width * enlargement_for(info.width, options_.wanted_width),
               info.height * enlargement_for(info.width, options_.wanted_width)),
      recorder_(prepared(options_.video), resizer_.width(), resizer_.height(),
                video::rational_from(info.frame_rate), recorder_options(options_)),
      session_(session_path(options_.video)),
      rgba_(static_cast<std::size_t>(width_) * height_ * 4) {}

Recording::~Recording() {
    finish();
}

bool Recording::fits(const world_model::WorldInfo& info) const {
    return info.width == width_ && info.height == height_;
}

std::uint64_t Recording::take_picture(const world_model::Rollout& rollout) {
    rollout.copy_frame(rgba_);
    recorder_.push(resizer_.resize(rgba_));
    ++frames_;
    return digest({rgba_.data(), width_, height_, static_cast<std::size_t>(width_) * 4});
}

void Recording::begin(SessionStart start, const world_model::Rollout& rollout, bool reproducible) {
    start.width = width_;
    start.height = height_;
    start.frame = rollout.frame_index();
    if (!reproducible) {
        std::filesystem::path state = options_.video;
        state.replace_extension(".state" + std::to_string(states_++) + ".safetensors");
        rollout.save(state);
        start.state = state.filename().string();
    }
    start.digest = take_picture(rollout);
    session_.begin(start);
}

void Recording::add(const world_model::Rollout& rollout, const FrameMetadata& metadata) {
    SessionFrame frame;
    frame.frame = metadata.index;
    frame.action = metadata.action;
    frame.prompt = metadata.prompt;
    frame.pose_override = metadata.pose_override;
    frame.sampler_steps = metadata.sampler_steps;
    frame.pose = metadata.pose;
    frame.digest = take_picture(rollout);
    session_.add(frame);
    if (const auto failure = recorder_.error()) throw Error(*failure);
}

void Recording::finish() {
    recorder_.finish();
}

}  // namespace rv::app
