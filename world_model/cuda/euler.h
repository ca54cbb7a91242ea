#pragma once
/// A step of the sampler by a kernel of our own, for inference on a GPU. sampling/edm.h uses it.

#include <ATen/core/Tensor.h>

#include <optional>

namespace rv::world_model::cuda {

struct EulerStep {
    at::Tensor x;      ///< x + (to - from) / from (x - D(x; from)), like x
    at::Tensor input;  ///< c_in(to) x in the network's format; undefined after the last step
};

/// @param x (B, ...) float32, contiguous  @param output what the network said of it, in any order of memory
/// @param from, to noise levels; to 0 in the last step
/// @return nothing where the kernel does not take these tensors or gradients are wanted
std::optional<EulerStep> euler_step(const at::Tensor& x, const at::Tensor& output, double from, double to,
                                    double sigma_data);

}  // namespace rv::world_model::cuda
