#pragma once
/// Element types as files name them and as LibTorch does.

#include <torch/torch.h>

#include "engine/core/safetensors.h"

namespace rv::world_model {

torch::ScalarType torch_type(DType type);
/// @throws Error for a type that weight files do not have.
DType file_type(torch::ScalarType type);

}  // namespace rv::world_model
