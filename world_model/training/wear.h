#pragma once
/// Makes remembered pictures as imperfect in training as they are in a rollout, where they were generated
/// too.

#include "world_model/sampling/draws.h"

namespace rv::world_model {

/// Mixes pictures (B, 3, H, W) with what is left of them at a half, a quarter or an eighth of the resolution;
/// only what is `known` (B, 1, H, W) counts. @param share of the batch that is softened
torch::Tensor soften(const torch::Tensor& pictures, const torch::Tensor& known, double share,
                     const Draws& draws);

/// Another light: random gain and offset of each colour. @param pictures (B, 3, H, W) in [-1, 1]
/// @param share of the batch that is changed
torch::Tensor recolour(const torch::Tensor& pictures, double share, const Draws& draws);

}  // namespace rv::world_model
