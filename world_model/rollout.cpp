#include "world_model/rollout.h"

#include "engine/core/clock.h"
#include "world_model/condition/motion_rays.h"
#include "world_model/condition/warp_condition.h"
#include "world_model/device_failure.h"
#include "world_model/frame_tensor.h"
#include "world_model/inner_view.h"
#include "world_model/numerics.h"
#include "world_model/part_scope.h"

namespace rv::world_model {

LatentRollout::LatentRollout(const WorldParts& parts, uint64_t seed, const torch::Tensor& frame, glm::vec3 up)
    : parts_(parts) {
    torch::NoGradGuard no_grad;
    const torch::Tensor latent = parts.tokenizer->encode(parts.for_tokenizer(frame));
    const Decoded decoded = parts.tokenizer->decode(latent);
    state_.seed = seed;
    state_.up = up;
    state_.dynamics = parts.dynamics->begin(latent);
    state_.frame = frame.to(parts.device, torch::kFloat32);
    state_.latent = latent.to(torch::kFloat32);
    keep_geometry(decoded);
}

LatentRollout::LatentRollout(const LatentRollout& other) = default;

void LatentRollout::step(const StepInput& input) {
    on_device([&] { make_frame(input); });
}

void LatentRollout::make_frame(const StepInput& input) {
    torch::NoGradGuard no_grad;
    const TimePoint begin = Clock::now();
    const WorldInfo& info = parts_.info;
    torch::Generator generator = generator_for(state_.seed, state_.frame_index + 1);

    Conditions conditions;
    conditions.action = action_tensor(clamped(input.action)).to(parts_.device);
    conditions.text =
        blended(parts_.dynamics->text_features(), input.prompt, input.fade).unsqueeze(0).to(parts_.device);
    const CameraPose motion = next_motion(input);
    if (info.has_pose) {
        const auto scale = static_cast<int>(parts_.tokenizer->downscale());
        const Intrinsics& k = parts_.intrinsics;
        conditions.rays =
            motion_rays(motion, k, k.height / scale, k.width / scale).unsqueeze(0).to(parts_.device);
    }
    PaintedBefore before;
    if (info.has_depth && info.has_pose) before = look_ahead(motion, input, conditions);
    const TimePoint conditioned = Clock::now();

    const SamplerSettings sampler = parts_.sampler(input, settling(state_));
    const torch::Tensor latent = as_part(
        "dynamics", [&] { return parts_.dynamics->step(state_.dynamics, conditions, sampler, generator); });
    const TimePoint predicted = Clock::now();

    const auto decoder_input = latent.to(parts_.dtype).contiguous(torch::MemoryFormat::ChannelsLast);
    const Decoded decoded =
        as_part("tokenizer.decode", [&] { return parts_.tokenizer->decode(decoder_input); });
    move_to(parts_.paint(decoder_input, decoded, before, generator), latent, decoded, motion);

    const TimePoint end = Clock::now();
    times_ = {milliseconds_between(begin, conditioned), milliseconds_between(conditioned, predicted),
              milliseconds_between(predicted, end), milliseconds_between(begin, end)};
}

void LatentRollout::observe(const at::Tensor& frame, const StepInput& input) {
    torch::NoGradGuard no_grad;
    const CameraPose motion = next_motion(input);
    if (parts_.info.has_depth && parts_.info.has_pose && parts_.memory) {
        state_.memory.follow_prompt(input.prompt, static_cast<int64_t>(state_.frame_index),
                                    input.fade.active());
        state_.memory.offer(posed(), parts_.intrinsics);
    }
    const torch::Tensor latent = parts_.tokenizer->encode(parts_.for_tokenizer(frame));
    parts_.dynamics->append(state_.dynamics, latent);
    move_to(frame.to(parts_.device, torch::kFloat32), latent, parts_.tokenizer->decode(latent), motion);
}

CameraPose LatentRollout::next_motion(const StepInput& input) {
    if (!parts_.info.has_pose) return {};
    const PartScope part("motion");
    if (input.pose) return relative(state_.pose, *input.pose);
    const glm::vec3 up = glm::conjugate(state_.pose.orientation) * state_.up;
    return parts_.dynamics->motion(state_.dynamics, clamped(input.action), state_.last_motion, up);
}

PosedFrame LatentRollout::posed() const {
    const bool painted = parts_.keeps_shown();
    return {state_.draft.cpu(), state_.inverse_depth.cpu(), state_.pose,
            static_cast<int64_t>(state_.frame_index), painted ? state_.frame.cpu() : torch::Tensor()};
}

PaintedBefore LatentRollout::look_ahead(const CameraPose& motion, const StepInput& input,
                                        Conditions& conditions) {
    const PartScope part("reprojection");
    const PosedFrame newest = posed();
    state_.memory.follow_prompt(input.prompt, newest.time, input.fade.active());
    const Reprojected seen = state_.memory.view(newest, state_.pose * motion, parts_.intrinsics);
    if (parts_.memory) state_.memory.offer(newest, parts_.intrinsics);
    const WarpCondition warp = encode_warp(*parts_.tokenizer, seen.frame.unsqueeze(0),
                                           seen.validity.unsqueeze(0), parts_.device, parts_.dtype);
    conditions.warped = warp.warped;
    conditions.validity = warp.validity;
    if (!seen.shown.defined()) return {};
    return {seen.shown.unsqueeze(0).to(parts_.device), seen.validity.unsqueeze(0).to(parts_.device)};
}

void LatentRollout::keep_geometry(const Decoded& decoded) {
    state_.draft = decoded.frame[0].to(torch::kFloat32).clamp(-1, 1);
    if (decoded.inverse_depth.defined()) state_.inverse_depth = decoded.inverse_depth[0].to(torch::kFloat32);
}

void LatentRollout::move_to(const torch::Tensor& frame, const torch::Tensor& latent, const Decoded& decoded,
                            const CameraPose& motion) {
    state_.frame = frame;
    state_.latent = latent.to(torch::kFloat32);
    keep_geometry(decoded);
    state_.pose = state_.pose * motion;
    state_.last_motion = motion;
    ++state_.frame_index;
}

void LatentRollout::copy_frame(std::span<std::uint8_t> rgba) const {
    write_rgba(state_.frame, rgba);
}

void LatentRollout::copy_view(InnerView view, std::span<std::uint8_t> rgba) const {
    write_rgba(inner_picture(view, parts_.info, state_.latent, state_.inverse_depth), rgba);
}

std::unique_ptr<Rollout> LatentRollout::copy() const {
    std::unique_ptr<LatentRollout> twin(new LatentRollout(*this));
    // Steps replace tensors instead of writing into them, but a dynamics may keep caches that it writes into.
    for (auto& [name, tensor] : twin->state_.dynamics) tensor = tensor.clone();
    return twin;
}

std::size_t LatentRollout::copy_bytes() const {
    // The memory's frames are shared by all copies.
    size_t bytes = state_.frame.nbytes() + state_.latent.nbytes() + state_.draft.nbytes();
    if (state_.inverse_depth.defined()) bytes += state_.inverse_depth.nbytes();
    for (const auto& [name, tensor] : state_.dynamics) bytes += tensor.nbytes();
    return bytes;
}

void LatentRollout::save(const std::filesystem::path& file) const {
    write_rollout(file, state_, parts_);
}

void LatentRollout::restore(const std::filesystem::path& file) {
    state_ = read_rollout(file, state_, parts_);
}

}  // namespace rv::world_model
