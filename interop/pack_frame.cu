#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <surface_indirect_functions.h>

#include "interop/pack_frame.h"

namespace rv::interop {
namespace {

// A warp writes 32 neighbours of a row: whole lines of a buffer, whole tiles of an image.
constexpr int kColumns = 32, kRows = 8;

__device__ float as_float(float v) {
    return v;
}
__device__ float as_float(__half v) {
    return __half2float(v);
}
__device__ float as_float(__nv_bfloat16 v) {
    return __bfloat162float(v);
}

/// The same rounding as frame_tensor.cpp, product and sum apart as there; fmaxf turns NaN into 0.
__device__ std::uint32_t to_byte(float value) {
    const float scaled = __fadd_rn(__fmul_rn(value, 127.5f), 128.0f);
    return static_cast<std::uint32_t>(fminf(fmaxf(scaled, 0.0f), 255.0f));
}

struct BufferTarget {
    std::uint32_t* rgba;
    int width;
    __device__ void write(int x, int y, std::uint32_t word) const {
        rgba[static_cast<std::size_t>(y) * width + x] = word;
    }
};

struct SurfaceTarget {
    cudaSurfaceObject_t surface;
    __device__ void write(int x, int y, std::uint32_t word) const {
        surf2Dwrite(word, surface, x * static_cast<int>(sizeof word), y);  // x counts bytes
    }
};

template <class T, class Target>
__global__ void pack(const T* __restrict__ planar, Target target, int width, int height) {
    const int x = blockIdx.x * kColumns + threadIdx.x, y = blockIdx.y * kRows + threadIdx.y;
    if (x >= width || y >= height) return;
    const std::size_t pixels = static_cast<std::size_t>(width) * height;
    const std::size_t at = static_cast<std::size_t>(y) * width + x;
    const std::uint32_t red = to_byte(as_float(planar[at]));
    const std::uint32_t green = to_byte(as_float(planar[at + pixels]));
    const std::uint32_t blue = to_byte(as_float(planar[at + 2 * pixels]));
    target.write(x, y, red | green << 8 | blue << 16 | 0xff000000u);
}

template <class T, class Target>
void launch(const PlanarFrame& frame, const Target& target, CudaStream stream) {
    const dim3 blocks((frame.width + kColumns - 1) / kColumns, (frame.height + kRows - 1) / kRows);
    pack<T><<<blocks, dim3(kColumns, kRows), 0, stream>>>(static_cast<const T*>(frame.data), target,
                                                          frame.width, frame.height);
}

template <class Target>
void launch_for_type(const PlanarFrame& frame, const Target& target, CudaStream stream) {
    switch (frame.type) {
        case PlanarType::Float32:
            return launch<float>(frame, target, stream);
        case PlanarType::Float16:
            return launch<__half>(frame, target, stream);
        case PlanarType::BFloat16:
            return launch<__nv_bfloat16>(frame, target, stream);
    }
}

}  // namespace

void pack_frame(const PlanarFrame& frame, std::uint32_t* rgba, CudaStream stream) {
    launch_for_type(frame, BufferTarget{rgba, frame.width}, stream);
}

void pack_frame(const PlanarFrame& frame, CudaSurface surface, CudaStream stream) {
    launch_for_type(frame, SurfaceTarget{surface}, stream);
}

}  // namespace rv::interop
