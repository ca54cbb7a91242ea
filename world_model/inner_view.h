#pragma once
/// What a world knows of a frame beside its colours, as pictures.

#include <torch/torch.h>

#include "world_model/world.h"

namespace rv::world_model {

/// @param inverse_depth (1, h, w), see depth.h  @return (3, height, width) in [-1, 1]: yellow near, violet
/// far, the same colour for the same distance in every frame
torch::Tensor depth_picture(const torch::Tensor& inverse_depth, int64_t height, int64_t width);

/// All channels side by side in a grid as square as it can be, blue below 0, red above, grey at 0.
/// @param latent (C, h, w) with standard deviation 1 a channel  @return (3, height, width) in [-1, 1]
torch::Tensor latent_picture(const torch::Tensor& latent, int64_t height, int64_t width);

/// One of them, at the size of the world's frames. @param latent (1, C, h, w)
/// @throws UsageError where it needs a depth and none is defined.
torch::Tensor inner_picture(InnerView view, const WorldInfo& world, const torch::Tensor& latent,
                            const torch::Tensor& inverse_depth);

}  // namespace rv::world_model
