#include "engine/app/playback.h"

#include <utility>

namespace rv::app {

namespace {

template <class Frame>
Steering steered(const Frame& frame, const std::optional<CameraPose>& pose) {
    Steering steering;
    steering.action = frame.action;
    steering.pose = pose;
    steering.prompt = frame.prompt;
    steering.sampler_steps = frame.sampler_steps;
    steering.fade = frame.fade;
    steering.guidance = frame.guidance;
    return steering;
}

}  // namespace

Steering steering_of(const ScriptFrame& frame) {
    return steered(frame, frame.pose);
}

Steering steering_of(const SessionFrame& frame) {
    return steered(frame, frame.pose_override);
}

Playback::Playback(std::filesystem::path file) : file_(std::move(file)) {
    if (file_.extension() == ".jsonl") {
        session_ = read_session(file_);
        for (const SessionPart& part : session_->parts) count_ += part.frames.size();
    } else {
        script_ = std::make_unique<Script>(read_script(file_));
        count_ = static_cast<std::uint64_t>(script_->frame_count());
    }
}

Playback::Playback(std::filesystem::path file, Session session)
    : file_(std::move(file)), session_(std::move(session)) {
    for (const SessionPart& part : session_->parts) count_ += part.frames.size();
}

std::optional<Playback::Part> Playback::next_part() {
    const std::size_t parts = session_ ? session_->parts.size() : 1;
    if (part_ == parts) return std::nullopt;
    const std::size_t part = part_++;
    frame_ = 0;
    if (!session_)
        return Part{script_->world,
                    std::filesystem::path(script_->world).filename(),
                    script_->start,
                    {},
                    script_->sampler_steps};
    const SessionStart& start = session_->parts[part].start;
    Part begun{start.world_folder.empty() ? start.world : start.world_folder,
               start.world,
               start.start,
               {},
               start.sampler_steps};
    // A session names files beside it and nothing else.
    if (!start.state.empty())
        begun.state = file_.parent_path() / std::filesystem::path(start.state).filename();
    return begun;
}

void Playback::begin(const world_model::WorldInfo& info, const std::string& start_prompt) {
    if (session_) return;
    *script_ = read_script(file_, info.frame_rate);
    name_buttons(*script_, info);
    count_ = static_cast<std::uint64_t>(script_->frame_count());
    player_.emplace(*script_, start_prompt);
}

std::optional<Steering> Playback::next(const CameraPose& pose) {
    if (part_ == 0) return std::nullopt;
    if (!session_) {
        if (!player_ || player_->finished()) return std::nullopt;
        ++done_;
        return steering_of(player_->next(pose));
    }
    const std::vector<SessionFrame>& frames = session_->parts[part_ - 1].frames;
    if (frame_ == frames.size()) return std::nullopt;
    ++done_;
    return steering_of(frames[frame_++]);
}

}  // namespace rv::app
