#pragma once
/// The whole state of a rollout, and its file: the same whatever device it was made on.

#include <torch/torch.h>

#include <filesystem>

#include "world_model/condition/spatial_memory.h"
#include "world_model/dynamics/dynamics.h"
#include "world_model/world_parts.h"

namespace rv::world_model {

/// See Rollout.
struct RolloutState {
    uint64_t seed = 0, frame_index = 0;
    DynamicsState dynamics;
    torch::Tensor frame;   ///< (3, H, W) float32
    torch::Tensor latent;  ///< (1, C, h, w) float32 of that frame, to be looked at
    torch::Tensor draft;   ///< (3, H, W) float32, the tokenizer's picture of the frame, at its resolution:
                           ///< what is reprojected for the dynamics, in which the decoder's invented detail
                           ///< would feed on itself
    torch::Tensor inverse_depth;  ///< (1, H, W) float32, undefined for worlds without depth
    SpatialMemory memory;
    CameraPose pose, last_motion;
    glm::vec3 up{0, 1, 0};  ///< the world's up in the axes of frame 0's camera
};

/// Whether the prompt in force is so new that its look is still coming up.
[[nodiscard]] bool settling(const RolloutState& state);

/// Writes a safetensors file. @throws FileError.
void write_rollout(const std::filesystem::path& file, const RolloutState& state, const WorldParts& parts);
/// @param like a state of the same world, whose shapes and devices count
/// @throws FileError if the file is another world's or does not fit.
RolloutState read_rollout(const std::filesystem::path& file, const RolloutState& like,
                          const WorldParts& parts);

}  // namespace rv::world_model
