#pragma once
/// What is handed to a kernel, checked.

#include <torch/torch.h>

#include "engine/core/error.h"

namespace rv::world_model {

/// The address of `count` values of type T. Stops unless they lie one after another where `beside` lies.
template <class T>
const T* device_values(const torch::Tensor& values, int64_t count, const torch::Tensor& beside) {
    RV_ASSERT(values.defined() && values.numel() == count, "a tensor of the wrong size for a kernel");
    RV_ASSERT(values.is_contiguous(), "a kernel reads contiguous tensors only");
    RV_ASSERT(values.device() == beside.device(), "a tensor on another device than the kernel's");
    return values.const_data_ptr<T>();
}

}  // namespace rv::world_model
