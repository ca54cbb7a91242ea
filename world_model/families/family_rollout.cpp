#include "world_model/families/family_rollout.h"

#include "engine/core/clock.h"
#include "engine/core/error.h"
#include "world_model/frame_tensor.h"
#include "world_model/numerics.h"
#include "world_model/saved_rollout.h"

namespace rv::world_model::families {
namespace {

constexpr const char* kFormat = "reverie-family-rollout-1";
constexpr const char* kPrefix = "state.";

}  // namespace

FamilyRollout::FamilyRollout(const FamilyParts& parts, uint64_t seed, const torch::Tensor& frames)
    : parts_(parts), seed_(seed) {
    torch::NoGradGuard no_grad;
    const auto known = frames.to(parts.device, torch::kFloat32);
    frame_ = known[-1].contiguous();
    state_ = parts.model->begin(known);
}

void FamilyRollout::step(const StepInput& input) {
    torch::NoGradGuard no_grad;
    const TimePoint begin = Clock::now();
    const WorldInfo& info = parts_.info;
    const int steps = std::clamp(input.sampler_steps > 0 ? input.sampler_steps : info.default_sampler_steps,
                                 1, info.max_sampler_steps);
    times_ = {};
    frame_ =
        parts_.model->step(state_, input, steps, generator_for(seed_, frame_index_ + 1), times_).contiguous();
    ++frame_index_;
    times_.total_ms = milliseconds_between(begin, Clock::now());
}

void FamilyRollout::copy_frame(std::span<std::uint8_t> rgba) const {
    write_rgba(frame_, rgba);
}

std::unique_ptr<Rollout> FamilyRollout::copy() const {
    std::unique_ptr<FamilyRollout> twin(new FamilyRollout(*this));
    for (auto& [name, tensor] : twin->state_) tensor = tensor.clone();  // models may write into theirs
    return twin;
}

std::size_t FamilyRollout::copy_bytes() const {
    size_t bytes = frame_.nbytes();
    for (const auto& [name, tensor] : state_) bytes += tensor.nbytes();
    return bytes;
}

void FamilyRollout::save(const std::filesystem::path& file) const {
    Checkpoint saved;
    saved.metadata = {{"format", kFormat},
                      {"world", parts_.digest()},
                      {"seed", std::to_string(seed_)},
                      {"frame_index", std::to_string(frame_index_)}};
    saved.tensors.emplace("frame", frame_);
    for (const auto& [name, tensor] : state_) saved.tensors.emplace(kPrefix + name, tensor);
    write_checkpoint(file, saved);
}

void FamilyRollout::restore(const std::filesystem::path& file) {
    const SavedRollout saved(file, kFormat, parts_.digest());
    // Shapes must be those of the running state: take each tensor only if it fits.
    const auto seed = saved.json("seed").get<uint64_t>();
    const auto frame_index = saved.json("frame_index").get<uint64_t>();
    const torch::Tensor frame = saved.fitting("frame", frame_);
    TensorMap state;
    for (const auto& [name, tensor] : state_) state.emplace(name, saved.fitting(kPrefix + name, tensor));
    seed_ = seed;
    frame_index_ = frame_index;
    frame_ = frame;
    state_ = std::move(state);
}

}  // namespace rv::world_model::families
