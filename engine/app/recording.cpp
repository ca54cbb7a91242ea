#include "engine/app/recording.h"

#include "engine/app/resources.h"
#include "engine/core/error.h"

namespace rv::app {
namespace {

int enlargement(const RecordingOptions& options, int width) {
    return options.scale > 0 ? options.scale : enlargement_for(width, options.wanted_width);
}

// Null where the window takes the pictures. Makes the folder for the session too.
std::unique_ptr<video::Recorder> open_recorder(const RecordingOptions& options, int width, int height,
                                               double frame_rate) {
    make_parent_folder(options.video);
    if (options.with_interface) return nullptr;
    return std::make_unique<video::Recorder>(options.video, width, height, video::rational_from(frame_rate),
                                             recorder_options(options));
}

}  // namespace

std::filesystem::path session_path(const std::filesystem::path& video) {
    std::filesystem::path path = video::whole_of(video);
    return path.replace_extension(".session.jsonl");
}

video::RecorderOptions recorder_options(const RecordingOptions& options) {
    video::RecorderOptions recorder;
    recorder.wait_when_full = options.wait_when_full;
    recorder.writer.codec = options.codec;
    recorder.writer.quality = options.quality;
    recorder.writer.metadata = options.metadata;
    return recorder;
}

std::string closing_words(const std::filesystem::path& video, const std::string& encoder,
                          std::uint64_t dropped_frames) {
    std::string words = "Recorded " + video.string() + " with " + encoder + ", ";
    if (dropped_frames == 0) return words + "no frame dropped";
    return words + std::to_string(dropped_frames) +
           (dropped_frames == 1 ? " frame dropped" : " frames dropped");
}

Recording::Recording(RecordingOptions options, const world_model::WorldInfo& info)
    : options_(std::move(options)),
      width_(info.width),
      height_(info.height),
      resizer_(info.width, info.height, info.width * enlargement(options_, info.width),
               info.height * enlargement(options_, info.width)),
      recorder_(open_recorder(options_, resizer_.width(), resizer_.height(), info.frame_rate)),
      session_(session_path(options_.video)),
      rgba_(static_cast<std::size_t>(width_) * height_ * 4) {}

Recording::~Recording() {
    finish();
}

bool Recording::fits(const world_model::WorldInfo& info) const {
    return info.width == width_ && info.height == height_;
}

std::uint64_t Recording::take_picture(const world_model::Rollout& rollout) {
    const std::uint64_t digest = digest_of(rollout, width_, height_, rgba_);
    if (recorder_) recorder_->push(resizer_.resize(rgba_));
    ++frames_;
    return digest;
}

void Recording::begin(SessionStart start, const world_model::Rollout& rollout, bool reproducible) {
    start.width = width_;
    start.height = height_;
    start.frame = rollout.frame_index();
    if (!reproducible) {
        std::filesystem::path state = video::whole_of(options_.video);
        state.replace_extension(".state" + std::to_string(states_.size()) + ".safetensors");
        rollout.save(state);
        states_.push_back(state);
        start.state = state.filename().string();
    }
    start.digest = take_picture(rollout);
    session_.begin(start);
}

void Recording::add(const world_model::Rollout& rollout, const FrameMetadata& metadata) {
    session_.add(noted(metadata, take_picture(rollout)));
    if (const auto failure = error()) throw Error(*failure);
}

void Recording::finish() {
    if (recorder_) recorder_->finish();
}

void Recording::discard() {
    finish();
    std::error_code ignored;
    if (!options_.with_interface) std::filesystem::remove(options_.video, ignored);
    std::filesystem::remove(session_path(options_.video), ignored);
    for (const auto& state : states_) std::filesystem::remove(state, ignored);
}

std::optional<std::string> Recording::error() const {
    return recorder_ ? recorder_->error() : std::nullopt;
}

}  // namespace rv::app
