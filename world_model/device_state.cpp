#include "world_model/device_state.h"

namespace rv::world_model {
namespace {

// Into what is there, or as the first to be there.
void keep(torch::Tensor& kept, const torch::Tensor& value, torch::ScalarType dtype) {
    if (!value.defined()) return;
    if (!kept.defined()) kept = torch::empty(value.sizes(), value.options().dtype(dtype));
    if (!kept.is_same(value)) kept.copy_(value);
}

void keep(torch::Tensor& kept, const torch::Tensor& value) {
    if (value.defined()) keep(kept, value, value.scalar_type());
}

}  // namespace

DeviceState::DeviceState(const WorldParts& of, const torch::Tensor& first, glm::vec3 up) : parts(of) {
    torch::NoGradGuard no_grad;
    const torch::Tensor coded = parts.tokenizer->encode(parts.for_tokenizer(first));
    const Decoded decoded = parts.tokenizer->decode(coded);
    move_to(parts.dynamics->begin(coded), first.to(parts.device), coded, decoded);
    make_geometry();
    if (camera) camera->restore({.pose = {}, .last_motion = {}, .time = 0, .up = up});
}

DeviceState::DeviceState(const DeviceState& other) : parts(other.parts) {
    for (const auto& [name, tensor] : other.dynamics) dynamics.emplace(name, tensor.clone());
    frame = other.frame.clone();
    latent = other.latent.clone();
    draft = other.draft.clone();
    if (other.inverse_depth.defined()) inverse_depth = other.inverse_depth.clone();
    make_geometry();
    if (camera) camera->copy_from(*other.camera);
    if (memory) memory->copy_from(*other.memory);
}

void DeviceState::make_geometry() {
    const WorldInfo& info = parts.info;
    if (!info.has_pose) return;
    camera.emplace(parts.intrinsics, static_cast<int>(latent.size(2)), static_cast<int>(latent.size(3)),
                   parts.device);
    if (!info.has_depth) return;
    const auto enlarges = parts.keeps_shown() ? static_cast<int>(parts.decoder->enlarges()) : 0;
    memory.emplace(parts.intrinsics, enlarges, parts.device);
}

void DeviceState::copy_from(const DeviceState& other) {
    for (auto& [name, tensor] : dynamics) tensor.copy_(other.dynamics.at(name));
    frame.copy_(other.frame);
    latent.copy_(other.latent);
    draft.copy_(other.draft);
    keep(inverse_depth, other.inverse_depth);
    if (camera) camera->copy_from(*other.camera);
    if (memory) memory->copy_from(*other.memory);
}

void DeviceState::restore(const RolloutState& state) {
    for (auto& [name, tensor] : dynamics) tensor.copy_(state.dynamics.at(name));
    frame.copy_(state.frame);
    latent.copy_(state.latent);
    draft.copy_(state.draft);
    if (inverse_depth.defined()) inverse_depth.copy_(state.inverse_depth);
    if (memory) memory->restore(state.memory.state());
    if (!camera) return;
    camera->restore({.pose = state.pose,
                     .last_motion = state.last_motion,
                     .time = static_cast<int64_t>(state.frame_index),
                     .up = state.up});
}

void DeviceState::move_to(const DynamicsState& after, const torch::Tensor& shown, const torch::Tensor& coded,
                          const Decoded& decoded) {
    for (const auto& [name, tensor] : after) keep(dynamics[name], tensor);
    keep(frame, shown, torch::kFloat32);
    keep(latent, coded, torch::kFloat32);
    keep(draft, decoded.frame[0].to(torch::kFloat32).clamp(-1, 1));
    if (decoded.inverse_depth.defined()) keep(inverse_depth, decoded.inverse_depth[0], torch::kFloat32);
}

DeviceFrame DeviceState::newest() const {
    return {.draft = draft,
            .inverse_depth = inverse_depth,
            .shown = parts.keeps_shown() ? frame : torch::Tensor(),
            .pose = camera->pose(),
            .time = camera->time()};
}

size_t DeviceState::size_bytes() const {
    size_t bytes = frame.nbytes() + latent.nbytes() + draft.nbytes();
    if (inverse_depth.defined()) bytes += inverse_depth.nbytes();
    for (const auto& [name, tensor] : dynamics) bytes += tensor.nbytes();
    return bytes + (memory ? memory->size_bytes() : 0);
}

}  // namespace rv::world_model
