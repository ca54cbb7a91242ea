#pragma once
/// Scalars as features.

#include <torch/torch.h>

#include <cmath>

namespace rv::world_model::nn {

/// sin and cos of `v` at geometrically spaced frequencies (Vaswani et al. 2017, Sec. 3.5, on a continuous
/// variable).
/// @param v (B), of order one  @return (B, features)
inline torch::Tensor sinusoidal(const torch::Tensor& v, int64_t features) {
    const auto octaves = torch::linspace(0, 5, features / 2, v.options().dtype(torch::kFloat32));
    const auto phase = v.to(torch::kFloat32).unsqueeze(1) * (M_PI / 4) * octaves.exp2().unsqueeze(0);
    return torch::cat({phase.sin(), phase.cos()}, 1);
}

}  // namespace rv::world_model::nn
