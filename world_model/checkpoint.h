#pragma once
/// Weights on disk: safetensors, with the configuration of the network in the metadata.

#include <torch/torch.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace rv::world_model {

using TensorMap = std::map<std::string, torch::Tensor>;

struct Checkpoint {
    TensorMap tensors;  ///< on the CPU
    std::map<std::string, std::string> metadata;

    /// The metadata entry `key`, parsed. @throws FileError naming `file` if it is missing or not JSON.
    [[nodiscard]] nlohmann::json json(const std::string& key, const std::filesystem::path& file) const;
};

/// The tensors own their memory. @throws FileError.
Checkpoint read_checkpoint(const std::filesystem::path& file);
/// Atomic. Tensors of any device and layout; written row-major. @throws FileError.
void write_checkpoint(const std::filesystem::path& file, const Checkpoint& checkpoint);

/// Parameters and buffers by name.
TensorMap state_of(const torch::nn::Module& module);
/// Copies `state` into the module, keeping the module's dtype and device. Names and shapes must fit exactly.
/// @throws FileError naming `file` and listing what is missing, unexpected or of another shape.
void load_state(torch::nn::Module& module, const TensorMap& state, const std::filesystem::path& file);
/// Copies what fits by name and shape, for training that goes on from a relative of the network.
/// @return the names of the module's tensors that stay as they are.
std::vector<std::string> load_matching(torch::nn::Module& module, const TensorMap& state);

}  // namespace rv::world_model
