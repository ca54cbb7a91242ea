#include "world_model/cuda/element.cuh"
#include "world_model/cuda/euler_kernels.h"

namespace rv::world_model::cuda {
namespace {

constexpr int kThreads = 256;

// N values as loads and stores of at most 16 bytes.
template <int N>
__device__ void load_floats(const float* from, float (&to)[N]) {
    constexpr int kPart = N < kWide<float> ? N : kWide<float>;
#pragma unroll
    for (int i = 0; i < N; i += kPart) load(from + i, reinterpret_cast<float(&)[kPart]>(to[i]));
}

template <int N>
__device__ void store_floats(const float (&from)[N], float* to) {
    constexpr int kPart = N < kWide<float> ? N : kWide<float>;
#pragma unroll
    for (int i = 0; i < N; i += kPart) store(reinterpret_cast<const float(&)[kPart]>(from[i]), to + i);
}

template <class T, int N>
__global__ void euler_step(EulerTask task) {
    const long long i = (static_cast<long long>(blockIdx.x) * kThreads + threadIdx.x) * N;
    if (i >= task.count) return;
    float x[N], output[N];
    load_floats(task.x + i, x);
    load(static_cast<const T*>(task.output) + (N > 1 ? i : task.output_shape.offset(i)), output);
#pragma unroll
    for (int k = 0; k < N; ++k) x[k] = task.factors(x[k], output[k]);
    store_floats(x, task.next + i);
    if (!task.input) return;
#pragma unroll
    for (int k = 0; k < N; ++k) x[k] *= task.factors.c_in;
    store(x, static_cast<T*>(task.input) + i);
}

template <class T, int N>
void launch(const EulerTask& task, cudaStream_t stream) {
    const long long threads = task.count / N;
    euler_step<T, N>
        <<<static_cast<unsigned>((threads + kThreads - 1) / kThreads), kThreads, 0, stream>>>(task);
}

}  // namespace

void launch_euler_step(const EulerTask& task, cudaStream_t stream) {
    with_type(task.type, [&](auto element) {
        using T = decltype(element);
        task.vector > 1 ? launch<T, kWide<T>>(task, stream) : launch<T, 1>(task, stream);
    });
}

}  // namespace rv::world_model::cuda
