#include "world_model/rollout_state.h"

#include "engine/core/error.h"
#include "world_model/condition/pose_tensor.h"
#include "world_model/saved_rollout.h"

namespace rv::world_model {
namespace {

constexpr const char* kFormat = "reverie-rollout-4";
constexpr const char* kDynamicsPrefix = "dynamics.";
constexpr const char* kMemoryPrefix = "memory.";

}  // namespace

bool settling(const RolloutState& state) {
    return static_cast<int64_t>(state.frame_index) < state.memory.state().settled_at;
}

void write_rollout(const std::filesystem::path& file, const RolloutState& state, const WorldParts& parts) {
    Checkpoint saved;
    saved.metadata = {{"format", kFormat},
                      {"world", parts.digest},
                      {"seed", std::to_string(state.seed)},
                      {"frame_index", std::to_string(state.frame_index)},
                      {"prompt", nlohmann::json(state.memory.state().prompt).dump()},
                      {"settled_at", std::to_string(state.memory.state().settled_at)},
                      {"memory", std::to_string(state.memory.state().frames.size())}};
    saved.tensors = {{"frame", state.frame},
                     {"latent", state.latent},
                     {"draft", state.draft},
                     {"pose", pose_tensor(state.pose)},
                     {"last_motion", pose_tensor(state.last_motion)},
                     {"up", torch::tensor({state.up.x, state.up.y, state.up.z})}};
    if (state.inverse_depth.defined()) saved.tensors.emplace("inverse_depth", state.inverse_depth);
    for (const auto& [name, tensor] : state.dynamics) saved.tensors.emplace(kDynamicsPrefix + name, tensor);
    const auto& kept = state.memory.state().frames;
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

RolloutState read_rollout(const std::filesystem::path& file, const RolloutState& like,
                          const WorldParts& parts) {
    const SavedRollout saved(file, kFormat, parts.digest);
    // Shapes must be those of the running state: take each tensor only if it fits.
    RolloutState state;
    state.seed = saved.json("seed").get<uint64_t>();
    state.frame_index = saved.json("frame_index").get<uint64_t>();
    state.frame = saved.fitting("frame", like.frame);
    // Only to be looked at; files of earlier versions have none.
    state.latent =
        saved.contains("latent") ? saved.fitting("latent", like.latent) : torch::zeros_like(like.latent);
    state.draft = saved.fitting("draft", like.draft);
    if (like.inverse_depth.defined())
        state.inverse_depth = saved.fitting("inverse_depth", like.inverse_depth);
    const auto seven = torch::zeros({kPoseSize});
    state.pose = pose_from_tensor(saved.fitting("pose", seven));
    state.last_motion = pose_from_tensor(saved.fitting("last_motion", seven));
    const auto up = saved.fitting("up", torch::zeros({3}));
    state.up = {up[0].item<float>(), up[1].item<float>(), up[2].item<float>()};
    for (const auto& [name, tensor] : like.dynamics)
        state.dynamics.emplace(name, saved.fitting(kDynamicsPrefix + name, tensor));
    SpatialMemory::State memory{.frames = {},
                                .prompt = saved.json("prompt").get<std::string>(),
                                .settled_at = saved.json("settled_at").get<int64_t>()};
    const auto count = saved.json("memory").get<size_t>();
    if (count > SpatialMemory::kCapacity)
        throw FileError(file.string(), "the saved rollout keeps too many frames");
    const bool painted = parts.keeps_shown();
    for (size_t i = 0; i < count; ++i) {
        const std::string name = kMemoryPrefix + std::to_string(i);
        memory.frames.push_back(
            {saved.fitting(name + ".frame", like.draft.cpu()),
             saved.fitting(name + ".inverse_depth", like.inverse_depth.cpu()),
             pose_from_tensor(saved.fitting(name + ".pose", seven)),
             saved.fitting(name + ".time", torch::tensor(int64_t{0})).item<int64_t>(),
             painted ? saved.fitting(name + ".shown", like.frame.cpu()) : torch::Tensor()});
    }
    state.memory.restore(std::move(memory), parts.intrinsics);
    return state;
}

}  // namespace rv::world_model
