#include "world_model/families/family_rollout.h"

#include "engine/core/clock.h"
#include "engine/core/error.h"
#include "world_model/frame_tensor.h"
#include "world_model/numerics.h"

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
    Checkpoint saved = read_checkpoint(file);
    if (saved.metadata["format"] != kFormat) throw FileError(file.string(), "is not a saved rollout");
    if (saved.metadata["world"] != parts_.digest()) {
        throw FileError(file.string(), "was saved in another world or with other weights",
                        "open the world that it was saved in");
    }
    const auto fitting = [&](const std::string& name, const torch::Tensor& like) {
        const auto found = saved.tensors.find(name);
        if (found == saved.tensors.end()) throw FileError(file.string(), "the saved rollout lacks " + name);
        if (found->second.sizes() != like.sizes())
            throw FileError(file.string(), "the saved rollout's " + name + " has another shape");
        return found->second.to(like.options());
    };
    const auto seed = saved.json("seed", file).get<uint64_t>();
    const auto frame_index = saved.json("frame_index", file).get<uint64_t>();
    const torch::Tensor frame = fitting("frame", frame_);
    TensorMap state;
    for (const auto& [name, tensor] : state_) state.emplace(name, fitting(kPrefix + name, tensor));
    seed_ = seed;
    frame_index_ = frame_index;
    frame_ = frame;
    state_ = std::move(state);
}

}  // namespace rv::world_model::families
