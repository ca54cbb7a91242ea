#pragma once
/// Norms with their modulation and activation by kernels of our own, for inference on a GPU.
/// nn/fused.h has the same for every device: use that.

#include <ATen/core/Tensor.h>

#include <optional>

namespace rv::world_model::cuda {

/// act((1 + scale) group_norm(x) + shift), rounded to x's format once, at the end.
/// @param x (B, C, h, w) in channels_last  @param weight, bias (C) or undefined
/// @param scale, shift (B, C, 1, 1) or both undefined  @param silu whether act is SiLU; else nothing
/// @return like x; nothing where the kernel does not take these tensors or gradients are wanted
std::optional<at::Tensor> group_norm(const at::Tensor& x, int64_t groups, const at::Tensor& weight,
                                     const at::Tensor& bias, double eps, const at::Tensor& scale,
                                     const at::Tensor& shift, bool silu);

/// (1 + scale) layer_norm(x) + shift over the last axis, rounded once.
/// @param x (F, N, features)  @param scale, shift (F, 1, features)  @return as above
std::optional<at::Tensor> layer_norm(const at::Tensor& x, const at::Tensor& shift, const at::Tensor& scale,
                                     double eps);

}  // namespace rv::world_model::cuda
