#pragma once
/// Attention over few tokens.

#include <torch/torch.h>

namespace rv::world_model::nn {

/// softmax(q k^T / sqrt(features) + bias) v, Eq. 1 of Vaswani et al. 2017.
/// The fused kernel on GPUs; plain matrix products on CPUs, where for up to some 256 tokens they are two to
/// four times as fast (measured in bfloat16 with AVX-512: the fused kernel's small products do not reach the
/// vector units).
/// @param q (..., T, features)  @param k, v (..., S, features), four dimensions in all
/// @param bias in q's dtype, broadcast to (..., T, S); undefined for none  @return (..., T, features)
torch::Tensor attention(const torch::Tensor& q, const torch::Tensor& k, const torch::Tensor& v,
                        const torch::Tensor& bias = {});

/// (T, T): zero on and below the diagonal, minus infinity above: no token sees a later one.
torch::Tensor causal_bias(int64_t T, const torch::TensorOptions& options);

}  // namespace rv::world_model::nn
