#include "world_model/device_rollout.h"

#include "world_model/condition/pose_tensor.h"
#include "world_model/device_failure.h"
#include "world_model/frame_tensor.h"
#include "world_model/inner_view.h"

namespace rv::world_model {

DeviceRollout::DeviceRollout(std::shared_ptr<DeviceStep> step, std::unique_ptr<DeviceState> state,
                             uint64_t seed, glm::vec3 up)
    : step_(std::move(step)),
      stored_(std::move(state)),
      seed_(seed),
      up_(up),
      at_(torch::empty({kPoseSize}, torch::TensorOptions().device(stored_->parts.device))),
      timer_(stored_->parts.device) {
    fetch_pose();
}

DeviceRollout::DeviceRollout(const DeviceRollout& other)
    : DeviceRollout(other.step_, std::make_unique<DeviceState>(other.state()), other.seed_, other.up_) {
    frame_index_ = other.frame_index_;
    prompts_ = other.prompts_;
}

DeviceRollout::~DeviceRollout() {
    if (step_->tenant == this) step_->tenant = nullptr;
}

const DeviceState& DeviceRollout::state() const {
    return step_->tenant == this ? step_->state() : *stored_;
}

void DeviceRollout::move_in() {
    if (step_->tenant == this) return;
    if (DeviceRollout* other = step_->tenant) other->move_out();
    step_->state().copy_from(*stored_);
    step_->tenant = this;
}

void DeviceRollout::move_out() {
    stored_->copy_from(step_->state());
    step_->tenant = nullptr;
}

DeviceInput DeviceRollout::said(const StepInput& input) {
    const SpatialMemory::State& known = prompts_.state();
    const bool changed = input.prompt != known.prompt || input.fade.active();
    if (state().memory)
        prompts_.follow_prompt(input.prompt, static_cast<int64_t>(frame_index_), input.fade.active());
    return {.step = input,
            .prompt_changed = changed,
            .settling = static_cast<int64_t>(frame_index_) < known.settled_at,
            .seed = seed_,
            .frame = frame_index_ + 1};
}

void DeviceRollout::step(const StepInput& input) {
    on_device([&] {
        move_in();
        const DeviceInput next = said(input);
        timer_.start();
        step_->run(next);
        timer_.stop();
        arrive();
        step_->draw_ahead(next);
    });
}

void DeviceRollout::observe(const at::Tensor& frame, const StepInput& input) {
    on_device([&] {
        move_in();
        step_->observe(frame, said(input));
        arrive();
    });
}

void DeviceRollout::arrive() {
    ++frame_index_;
    fetch_pose();
}

void DeviceRollout::fetch_pose() {
    if (const auto& camera = state().camera) at_.fetch(camera->pose());
}

CameraPose DeviceRollout::pose() const {
    return on_device([&] { return state().camera ? pose_from_tensor(at_.get()) : CameraPose{}; });
}

StepTimes DeviceRollout::times() const {
    return {.total_ms = timer_.ms()};
}

void DeviceRollout::copy_frame(std::span<std::uint8_t> rgba) const {
    write_rgba(state().frame, rgba);
}

void DeviceRollout::copy_view(InnerView view, std::span<std::uint8_t> rgba) const {
    const DeviceState& now = state();
    write_rgba(inner_picture(view, now.parts.info, now.latent, now.inverse_depth), rgba);
}

std::unique_ptr<Rollout> DeviceRollout::copy() const {
    return std::unique_ptr<Rollout>(new DeviceRollout(*this));
}

RolloutState DeviceRollout::on_host() const {
    const DeviceState& now = state();
    RolloutState host;
    host.seed = seed_;
    host.frame_index = frame_index_;
    host.dynamics = now.dynamics;
    host.frame = now.frame;
    host.latent = now.latent;
    host.draft = now.draft;
    host.inverse_depth = now.inverse_depth;
    host.up = up_;
    if (now.camera) {
        const DeviceCamera::Place place = now.camera->place();
        host.pose = place.pose;
        host.last_motion = place.last_motion;
    }
    SpatialMemory::State memory = now.memory ? now.memory->state() : SpatialMemory::State{};
    memory.prompt = prompts_.state().prompt;
    memory.settled_at = prompts_.state().settled_at;
    host.memory.restore(std::move(memory), now.parts.intrinsics);
    return host;
}

void DeviceRollout::save(const std::filesystem::path& file) const {
    write_rollout(file, on_host(), state().parts);
}

void DeviceRollout::restore(const std::filesystem::path& file) {
    const RolloutState saved = read_rollout(file, on_host(), state().parts);
    if (step_->tenant == this) move_out();
    stored_->restore(saved);
    seed_ = saved.seed;
    frame_index_ = saved.frame_index;
    up_ = saved.up;
    prompts_.restore(
        {.frames = {}, .prompt = saved.memory.state().prompt, .settled_at = saved.memory.state().settled_at},
        stored_->parts.intrinsics);
    fetch_pose();
}

}  // namespace rv::world_model
