#pragma once
/// Whether the build had a CUDA toolkit, and with it kernels of our own. Without one the functions of this
/// folder are declared but not there: ask in `if constexpr`, and do the same with LibTorch's operations
/// otherwise.

namespace rv::world_model::cuda {

#ifdef REVERIE_KERNELS
constexpr bool kKernelsBuilt = true;
#else
constexpr bool kKernelsBuilt = false;
#endif

}  // namespace rv::world_model::cuda
