#pragma once
/// The fused CUDA kernel between the model and the window.

#include <cuda_runtime_api.h>

#include <cstdint>

namespace rv::interop {

enum class PlanarType { Float32, Float16, BFloat16 };

/// Planar (3, H, W) in [-1, 1] to RGBA8 with tight rows, one pass: clamps, rounds to nearest, alpha 255.
/// @param planar device memory, contiguous.
/// @param rgba   device memory, width * height words.
void pack_frame(const void* planar, PlanarType type, std::uint32_t* rgba, int width, int height,
                cudaStream_t stream);

}  // namespace rv::interop
