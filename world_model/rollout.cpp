#include "world_model/rollout.h"

#include "engine/core/clock.h"
#include "engine/core/error.h"
#include "world_model/condition/motion_rays.h"
#include "world_model/condition/warp_condition.h"
#include "world_model/frame_tensor.h"
#include "world_model/inner_view.h"
#include "world_model/numerics.h"
#include "world_model/part_scope.h"
#include "world_model/saved_rollout.h"

namespace rv::world_model {
namespace {

constexpr const char* kFormat = "reverie-rollout-4";
constexpr const char* kDynamicsPrefix = "dynamics.";
constexpr const char* kMemoryPrefix = "memory.";

torch::Tensor pose_tensor(const CameraPose& p) {
    return torch::tensor({p.position.x, p.position.y, p.position.z, p.orientation.w, p.orientation.x,
                          p.orientation.y, p.orientation.z});
}

CameraPose pose_from(const torch::Tensor& t) {
    const auto v = t.accessor<float, 1>();
    return {{v[0], v[1], v[2]}, glm::quat(v[3], v[4], v[5], v[6])};
}

}  // namespace

torch::Tensor WorldParts::for_tokenizer(const torch::Tensor& frame) const {
    auto picture = frame.unsqueeze(0).to(device, torch::kFloat32);
    const int64_t reduce = decoder ? decoder->enlarges() : 1;
    if (reduce > 1) picture = torch::avg_pool2d(picture, reduce);
    return picture.to(dtype).contiguous(torch::MemoryFormat::ChannelsLast);
}

torch::Tensor WorldParts::paint(const torch::Tensor& latent, const Decoded& decoded,
                                const PaintedBefore& before, torch::Generator generator) const {
    if (decoder) {
        const PartScope part("decoder");
        return decoder->decode(latent, decoded, before, decoder_steps, generator)[0];
    }
    return decoded.frame[0].to(torch::kFloat32).clamp(-1, 1);
}

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
    torch::NoGradGuard no_grad;
    const TimePoint begin = Clock::now();
    const WorldInfo& info = parts_.info;
    torch::Generator generator = generator_for(state_.seed, state_.frame_index + 1);

    Conditions conditions{.action = clamped(input.action),
                          .prompt = input.prompt,
                          .fade = input.fade,
                          .rays = {},
                          .warped = {},
                          .validity = {}};
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

    const SamplerSettings sampler{
        .steps = std::clamp(input.sampler_steps > 0 ? input.sampler_steps : info.default_sampler_steps, 1,
                            info.max_sampler_steps),
        .context_noise = parts_.context_noise,
        .guidance = input.guidance > 0 ? input.guidance
                    : settling()       ? parts_.prompt_guidance
                                       : 1.0,
        .trust = settling() ? 0.0 : parts_.trust};
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

bool LatentRollout::settling() const {
    return static_cast<int64_t>(state_.frame_index) < state_.memory.state().settled_at;
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
    if (view == InnerView::Depth && !state_.inverse_depth.defined())
        throw UsageError(parts_.info.title + " knows no depth");
    const auto height = state_.frame.size(1), width = state_.frame.size(2);
    write_rgba(view == InnerView::Depth ? depth_picture(state_.inverse_depth, height, width)
                                        : latent_picture(state_.latent[0], height, width),
               rgba);
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
    Checkpoint saved;
    saved.metadata = {{"format", kFormat},
                      {"world", parts_.digest},
                      {"seed", std::to_string(state_.seed)},
                      {"frame_index", std::to_string(state_.frame_index)},
                      {"prompt", nlohmann::json(state_.memory.state().prompt).dump()},
                      {"settled_at", std::to_string(state_.memory.state().settled_at)},
                      {"memory", std::to_string(state_.memory.state().frames.size())}};
    saved.tensors = {{"frame", state_.frame},
                     {"latent", state_.latent},
                     {"draft", state_.draft},
                     {"pose", pose_tensor(state_.pose)},
                     {"last_motion", pose_tensor(state_.last_motion)},
                     {"up", torch::tensor({state_.up.x, state_.up.y, state_.up.z})}};
    if (state_.inverse_depth.defined()) saved.tensors.emplace("inverse_depth", state_.inverse_depth);
    for (const auto& [name, tensor] : state_.dynamics) saved.tensors.emplace(kDynamicsPrefix + name, tensor);
    const auto& kept = state_.memory.state().frames;
    for (size_t i = 0; i < kept.size(); ++i) {
        const std::string name = kMemoryPrefix + std::to_string(i);
        saved.tensors.emplace(name + ".frame", kept[i].frame);
        saved.tensors.emplace(name + ".inverse_depth", kept[i].inverse_depth);
        saved.tensors.emplace(name + ".pose", pose_tensor(kept[i].pose));
        saved.tensors.emplace(name + ".time", torch::tensor(kept[i].time));
        if (kept[i].shown.defined()) saved.tensors.emplace(name + ".shown", kept[i].shown);
    }
    write_checkpoint(file, saved);
}

void LatentRollout::restore(const std::filesystem::path& file) {
    const SavedRollout saved(file, kFormat, parts_.digest);
    // Shapes must be those of the running state: take each tensor only if it fits.
    RolloutState state;
    state.seed = saved.json("seed").get<uint64_t>();
    state.frame_index = saved.json("frame_index").get<uint64_t>();
    state.frame = saved.fitting("frame", state_.frame);
    // Only to be looked at; files of earlier versions have none.
    state.latent =
        saved.contains("latent") ? saved.fitting("latent", state_.latent) : torch::zeros_like(state_.latent);
    state.draft = saved.fitting("draft", state_.draft);
    if (state_.inverse_depth.defined())
        state.inverse_depth = saved.fitting("inverse_depth", state_.inverse_depth);
    const auto seven = torch::zeros({7});
    state.pose = pose_from(saved.fitting("pose", seven));
    state.last_motion = pose_from(saved.fitting("last_motion", seven));
    const auto up = saved.fitting("up", torch::zeros({3}));
    state.up = {up[0].item<float>(), up[1].item<float>(), up[2].item<float>()};
    for (const auto& [name, tensor] : state_.dynamics)
        state.dynamics.emplace(name, saved.fitting(kDynamicsPrefix + name, tensor));
    SpatialMemory::State memory{.frames = {},
                                .prompt = saved.json("prompt").get<std::string>(),
                                .settled_at = saved.json("settled_at").get<int64_t>()};
    const auto count = saved.json("memory").get<size_t>();
    if (count > SpatialMemory::kCapacity)
        throw FileError(file.string(), "the saved rollout keeps too many frames");
    const bool painted = parts_.keeps_shown();
    for (size_t i = 0; i < count; ++i) {
        const std::string name = kMemoryPrefix + std::to_string(i);
        memory.frames.push_back(
            {saved.fitting(name + ".frame", state_.draft.cpu()),
             saved.fitting(name + ".inverse_depth", state_.inverse_depth.cpu()),
             pose_from(saved.fitting(name + ".pose", seven)),
             saved.fitting(name + ".time", torch::tensor(int64_t{0})).item<int64_t>(),
             painted ? saved.fitting(name + ".shown", state_.frame.cpu()) : torch::Tensor()});
    }
    state.memory.restore(std::move(memory), parts_.intrinsics);
    state_ = std::move(state);
}

}  // namespace rv::world_model
