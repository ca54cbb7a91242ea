#pragma once
/// Norm, modulation and activation as one operation. On a GPU one kernel of our own where it takes the
/// tensors (float32, float16 or bfloat16, no gradients wanted) and the build had a CUDA toolkit; LibTorch's
/// operations, one by one, everywhere else.

#include <torch/torch.h>

namespace rv::world_model::nn {

/// AdaGN(h, y) = (1 + scale) GroupNorm(h) + shift (Dhariwal and Nichol 2021, Sec. 3). Undefined: no
/// modulation.
struct Modulation {
    torch::Tensor shift, scale;
};

enum class Activation { None, Silu };

/// @param x (B, C, h, w); channels_last for the kernel  @param modulation (B, C, 1, 1)  @return like x
torch::Tensor adaptive_group_norm(const torch::nn::GroupNorm& norm, const torch::Tensor& x,
                                  const Modulation& modulation, Activation activation);

/// LayerNorm over the last axis, without weights of its own.
/// @param x (F, N, features)  @param modulation (F, 1, features)  @return like x
torch::Tensor adaptive_layer_norm(const torch::Tensor& x, const Modulation& modulation, double eps);

}  // namespace rv::world_model::nn
