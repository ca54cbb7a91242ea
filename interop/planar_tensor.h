#pragma once
/// The model's frame tensor as the packing kernel takes it.

#include <ATen/core/Tensor.h>

#include "interop/cuda_calls.h"

namespace rv::interop {

/// @param frame (3, height, width) or (1, 3, height, width) in [-1, 1], float32, float16 or bfloat16.
/// @return the same as contiguous (3, height, width), a view where it is that already.
at::Tensor planar_tensor(const at::Tensor& frame, int width, int height);
/// What lies in such a tensor; valid as long as that is.
PlanarFrame planar_frame(const at::Tensor& planar);

}  // namespace rv::interop
