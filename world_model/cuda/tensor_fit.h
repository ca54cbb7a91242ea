#pragma once
/// What the launchers of this folder ask of a tensor before they hand its memory to a kernel.

#include <ATen/core/Tensor.h>

#include <initializer_list>
#include <optional>

#include "world_model/cuda/element_type.h"

namespace rv::world_model::cuda {

/// Nothing for formats that the kernels do not read.
std::optional<ElementType> element_type(const at::Tensor& tensor);

/// Whether gradients may be asked for, of which kernels know nothing. Undefined tensors need none.
bool needs_gradient(std::initializer_list<at::Tensor> tensors);

/// Whether `tensor` is undefined, or lies on the same device in the same format as `like`.
bool matches(const at::Tensor& tensor, const at::Tensor& like);

/// Elements of a load of 16 bytes, of the narrowest format among these, where all of them begin at a multiple
/// of 16 bytes and `count` is a multiple of it; else 1. Undefined tensors fit.
int widest_vector(std::initializer_list<at::Tensor> tensors, int64_t count);

}  // namespace rv::world_model::cuda
