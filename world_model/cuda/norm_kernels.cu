#include "world_model/cuda/element.cuh"
#include "world_model/cuda/norm_kernels.h"

namespace rv::world_model::cuda {
namespace {

constexpr int kWarp = 32;
constexpr unsigned kAllLanes = 0xffffffffu;
constexpr int kRowsABlock = 4;  // of a layer norm: one a warp

// The same in all lanes, and always put together in the same order.
__device__ Moments merged_over_warp(Moments m) {
    for (int away = kWarp / 2; away > 0; away /= 2) {
        m = merged(m, {__shfl_down_sync(kAllLanes, m.count, away), __shfl_down_sync(kAllLanes, m.mean, away),
                       __shfl_down_sync(kAllLanes, m.m2, away)});
    }
    return {__shfl_sync(kAllLanes, m.count, 0), __shfl_sync(kAllLanes, m.mean, 0),
            __shfl_sync(kAllLanes, m.m2, 0)};
}

template <class T, int N>
__device__ void load_or(const void* values, int64_t first, float otherwise, float (&to)[N]) {
    if (values) return load(static_cast<const T*>(values) + first, to);
#pragma unroll
    for (int i = 0; i < N; ++i) to[i] = otherwise;
}

template <class T, int N>
__global__ void group_moments(GroupNormTask task) {
    __shared__ Moments of_thread[GroupTiles::kThreads];
    const GroupTiles tiles = task.tiles;
    const int thread = static_cast<int>(threadIdx.x), tile = static_cast<int>(blockIdx.x);
    MomentsSoFar so_far;
    if (tiles.works(thread)) {
        const int end = tiles.end_position(tile);
        for (int p = tiles.first_position(tile, thread); p < end; p += tiles.rows()) {
            float values[N];
            load(static_cast<const T*>(task.x) + tiles.offset(blockIdx.y, p, thread), values);
#pragma unroll
            for (int i = 0; i < N; ++i) so_far.add(values[i]);
        }
    }
    of_thread[thread] = so_far.moments();
    __syncthreads();
    const int lane = thread % kWarp;
    for (int group = thread / kWarp; group < tiles.groups; group += GroupTiles::kThreads / kWarp) {
        Moments m;
        for (int i = lane; i < tiles.threads_a_group(); i += kWarp)
            m = merged(m, of_thread[tiles.thread_of_group(group, i)]);
        m = merged_over_warp(m);
        if (lane == 0) task.moments[(blockIdx.y * gridDim.x + blockIdx.x) * tiles.groups + group] = m;
    }
}

// Of every group of the block's sample, out of all its tiles.
__device__ void gather_moments(const GroupNormTask& task, Moments* of_group) {
    const int groups = task.tiles.groups, tiles = static_cast<int>(gridDim.x);
    const int lane = static_cast<int>(threadIdx.x) % kWarp;
    for (int group = threadIdx.x / kWarp; group < groups; group += GroupTiles::kThreads / kWarp) {
        Moments m;
        for (int tile = lane; tile < tiles; tile += kWarp)
            m = merged(m, task.moments[(blockIdx.y * tiles + tile) * groups + group]);
        m = merged_over_warp(m);
        if (lane == 0) of_group[group] = m;
    }
    __syncthreads();
}

template <class T, int N>
__device__ void affine_of_channels(const GroupNormTask& task, const Moments& m, int channel,
                                   Affine (&affine)[N]) {
    const int64_t row = blockIdx.y * task.modulation.stride + channel;
    float weight[N], bias[N], scale[N], shift[N];
    load_or<T>(task.weight, channel, 1, weight);
    load_or<T>(task.bias, channel, 0, bias);
    load_or<T>(task.modulation.scale, row, 0, scale);
    load_or<T>(task.modulation.shift, row, 0, shift);
#pragma unroll
    for (int i = 0; i < N; ++i)
        affine[i] = modulated_norm(m, task.eps, weight[i], bias[i], scale[i], shift[i]);
}

template <class T, int N>
__global__ void group_apply(GroupNormTask task) {
    __shared__ Moments of_group[GroupTiles::kThreads];
    gather_moments(task, of_group);
    const GroupTiles tiles = task.tiles;
    const int thread = static_cast<int>(threadIdx.x), tile = static_cast<int>(blockIdx.x);
    if (!tiles.works(thread)) return;
    Affine affine[N];
    affine_of_channels<T>(task, of_group[tiles.group(thread)], tiles.column(thread) * N, affine);
    const int end = tiles.end_position(tile);
    for (int p = tiles.first_position(tile, thread); p < end; p += tiles.rows()) {
        const int64_t offset = tiles.offset(blockIdx.y, p, thread);
        float values[N];
        load(static_cast<const T*>(task.x) + offset, values);
#pragma unroll
        for (int i = 0; i < N; ++i) {
            values[i] = affine[i](values[i]);
            if (task.silu) values[i] = silu(values[i]);
        }
        store(values, static_cast<T*>(task.out) + offset);
    }
}

template <class T, int N>
__global__ void layer_norm(LayerNormTask task) {
    const int64_t row = static_cast<int64_t>(blockIdx.x) * kRowsABlock + threadIdx.x / kWarp;
    if (row >= task.rows) return;
    const int first = static_cast<int>(threadIdx.x) % kWarp * N;
    const T* x = static_cast<const T*>(task.x) + row * task.features;
    MomentsSoFar so_far;
    float values[N];
    for (int c = first; c < task.features; c += kWarp * N) {
        load(x + c, values);
#pragma unroll
        for (int i = 0; i < N; ++i) so_far.add(values[i]);
    }
    const Moments m = merged_over_warp(so_far.moments());
    const int64_t modulation = row / task.rows_a_sample * task.modulation.stride;
    float scale[N], shift[N];
    for (int c = first; c < task.features; c += kWarp * N) {
        load(x + c, values);
        load_or<T>(task.modulation.scale, modulation + c, 0, scale);
        load_or<T>(task.modulation.shift, modulation + c, 0, shift);
#pragma unroll
        for (int i = 0; i < N; ++i)
            values[i] = modulated_norm(m, task.eps, 1, 0, scale[i], shift[i])(values[i]);
        store(values, static_cast<T*>(task.out) + row * task.features + c);
    }
}

template <class T, int N>
void launch(const GroupNormTask& task, cudaStream_t stream) {
    const dim3 grid(task.tiles.tiles(), task.samples);
    group_moments<T, N><<<grid, GroupTiles::kThreads, 0, stream>>>(task);
    group_apply<T, N><<<grid, GroupTiles::kThreads, 0, stream>>>(task);
}

template <class T, int N>
void launch(const LayerNormTask& task, cudaStream_t stream) {
    const auto blocks = static_cast<unsigned>((task.rows + kRowsABlock - 1) / kRowsABlock);
    layer_norm<T, N><<<blocks, kRowsABlock * kWarp, 0, stream>>>(task);
}

template <class Task>
void launch_for_type(const Task& task, bool wide, cudaStream_t stream) {
    with_type(task.type, [&](auto element) {
        using T = decltype(element);
        wide ? launch<T, kWide<T>>(task, stream) : launch<T, 1>(task, stream);
    });
}

}  // namespace

void launch_group_norm(const GroupNormTask& task, cudaStream_t stream) {
    launch_for_type(task, task.tiles.vector > 1, stream);
}

void launch_layer_norm(const LayerNormTask& task, cudaStream_t stream) {
    launch_for_type(task, task.vector > 1, stream);
}

}  // namespace rv::world_model::cuda
