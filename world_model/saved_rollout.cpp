#include "world_model/saved_rollout.h"

#include "engine/core/error.h"

namespace rv::world_model {

SavedRollout::SavedRollout(const std::filesystem::path& file, const std::string& format,
                           const std::string& world)
    : file_(file), saved_(read_checkpoint(file)) {
    if (saved_.metadata["format"] != format) throw FileError(file.string(), "is not a saved rollout");
    if (saved_.metadata["world"] != world) {
        throw FileError(file.string(), "was saved in another world or with other weights",
                        "open the world that it was saved in");
    }
}

torch::Tensor SavedRollout::fitting(const std::string& name, const torch::Tensor& like) const {
    const auto found = saved_.tensors.find(name);
    if (found == saved_.tensors.end()) throw FileError(file_.string(), "the saved rollout lacks " + name);
    if (found->second.sizes() != like.sizes())
        throw FileError(file_.string(), "the saved rollout's " + name + " has another shape");
    return found->second.to(like.options());
}

}  // namespace rv::world_model
