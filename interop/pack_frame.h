#pragma once
/// The fused CUDA kernel between the model and the window: planar floats to RGBA8 in one pass. Clamps, rounds
/// to nearest, alpha 255, NaN becomes 0: the same bytes as frame_tensor.h.

#include "interop/cuda_calls.h"

namespace rv::interop {

/// @param rgba device memory, width * height words.
void pack_frame(const PlanarFrame& frame, std::uint32_t* rgba, CudaStream stream);
/// @param surface of an RGBA8 array of the frame's size.
void pack_frame(const PlanarFrame& frame, CudaSurface surface, CudaStream stream);

}  // namespace rv::interop
