#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include "interop/pack_frame.h"

namespace rv::interop {
namespace {

constexpr int kThreads = 256;

__device__ float as_float(float v) {
    return v;
}
__device__ float as_float(__half v) {
    return __half2float(v);
}
__device__ float as_float(__nv_bfloat16 v) {
    return __bfloat162float(v);
}

/// The same rounding as frame_tensor.cpp; fmaxf turns NaN into 0.
__device__ std::uint32_t to_byte(float value) {
    return static_cast<std::uint32_t>(fminf(fmaxf(value * 127.5f + 128.0f, 0.0f), 255.0f));
}

template <class T>
__global__ void pack(const T* __restrict__ planar, std::uint32_t* __restrict__ rgba, int pixels) {
    const int i = blockIdx.x * kThreads + threadIdx.x;
    if (i >= pixels) return;
    const std::uint32_t red = to_byte(as_float(planar[i]));
    const std::uint32_t green = to_byte(as_float(planar[i + pixels]));
    const std::uint32_t blue = to_byte(as_float(planar[i + 2 * static_cast<std::size_t>(pixels)]));
    rgba[i] = red | green << 8 | blue << 16 | 0xff000000u;
}

template <class T>
void launch(const void* planar, std::uint32_t* rgba, int pixels, cudaStream_t stream) {
    const int blocks = (pixels + kThreads - 1) / kThreads;
    pack<T><<<blocks, kThreads, 0, stream>>>(static_cast<const T*>(planar), rgba, pixels);
}

}  // namespace

void pack_frame(const void* planar, PlanarType type, std::uint32_t* rgba, int width, int height,
                cudaStream_t stream) {
    const int pixels = width * height;
    switch (type) {
        case PlanarType::Float32:
            return launch<float>(planar, rgba, pixels, stream);
        case PlanarType::Float16:
            return launch<__half>(planar, rgba, pixels, stream);
        case PlanarType::BFloat16:
            return launch<__nv_bfloat16>(planar, rgba, pixels, stream);
    }
}

}  // namespace rv::interop
