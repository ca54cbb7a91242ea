#pragma once
/// Floating-point operations of what multiplies matrices: a multiplication and an addition count as two.

#include <torch/torch.h>

#include <string_view>

namespace rv::world_model {

/// Whether flops_of() knows this operation of ATen: convolutions, matrix products and fused attention, as
/// they are dispatched whatever module asked for them.
bool counts_flops(std::string_view operation);

/// @param inputs, outputs as ATen's schema of the operation has them  @return 0 for operations not counted
double flops_of(std::string_view operation, c10::ArrayRef<c10::IValue> inputs,
                c10::ArrayRef<c10::IValue> outputs);

}  // namespace rv::world_model
