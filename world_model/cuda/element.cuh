#pragma once
/// Elements in memory and as the float32 that kernels compute in.

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <cstdint>

#include "world_model/cuda/element_type.h"

namespace rv::world_model::cuda {

/// Elements of one load of 16 bytes, the widest there is.
template <class T>
inline constexpr int kWide = 16 / static_cast<int>(sizeof(T));

/// N elements that are loaded and stored at once; their address is a multiple of their size.
template <class T, int N>
struct alignas(sizeof(T) * N) Elements {
    T at[N];
};

__device__ inline float as_float(float v) {
    return v;
}
__device__ inline float as_float(__half v) {
    return __half2float(v);
}
__device__ inline float as_float(__nv_bfloat16 v) {
    return __bfloat162float(v);
}

template <class T>
__device__ T from_float(float v);
template <>
__device__ inline float from_float<float>(float v) {
    return v;
}
template <>
__device__ inline __half from_float<__half>(float v) {
    return __float2half_rn(v);
}
template <>
__device__ inline __nv_bfloat16 from_float<__nv_bfloat16>(float v) {
    return __float2bfloat16_rn(v);
}

template <int N, class T>
__device__ inline void load(const T* from, float (&to)[N]) {
    const auto elements = *reinterpret_cast<const Elements<T, N>*>(from);
#pragma unroll
    for (int i = 0; i < N; ++i) to[i] = as_float(elements.at[i]);
}

template <int N, class T>
__device__ inline void store(const float (&from)[N], T* to) {
    Elements<T, N> elements;
#pragma unroll
    for (int i = 0; i < N; ++i) elements.at[i] = from_float<T>(from[i]);
    *reinterpret_cast<Elements<T, N>*>(to) = elements;
}

/// Calls `work` with a value of the C++ type that stands for `type`.
template <class Work>
void with_type(ElementType type, Work work) {
    switch (type) {
        case ElementType::Float32:
            return work(float{});
        case ElementType::Float16:
            return work(__half{});
        case ElementType::BFloat16:
            return work(__nv_bfloat16{});
    }
}

}  // namespace rv::world_model::cuda
