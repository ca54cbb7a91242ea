#pragma once
/// The number formats that kernels of our own read and write. All of them compute in float32.

namespace rv::world_model::cuda {

enum class ElementType { Float32, Float16, BFloat16 };

}  // namespace rv::world_model::cuda
