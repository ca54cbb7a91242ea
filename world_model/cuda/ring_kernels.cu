#include "world_model/cuda/element.cuh"
#include "world_model/cuda/ring_kernels.h"

namespace rv::world_model::cuda {
namespace {

constexpr int kThreads = 128;

__device__ int64_t thread_index() {
    return static_cast<int64_t>(blockIdx.x) * kThreads + threadIdx.x;
}

__device__ void write_turn(float* turn, int64_t position, int pair, int pairs, double base) {
    double sin, cos;
    sincos(turn_angle(position, pair, pairs, base), &sin, &cos);
    turn[pair] = static_cast<float>(cos);
    turn[pairs + pair] = static_cast<float>(sin);
}

// One block.
template <class T>
__global__ void open_frame(OpenFrameTask task) {
    const RingShape shape = task.shape;
    const int64_t frame = *task.frame;
    for (int pair = threadIdx.x; pair < shape.pairs(); pair += kThreads) {
        write_turn(task.turn, frame, pair, shape.pairs(), task.time_base);
        write_turn(task.sink_turn, shape.lost_at(frame), pair, shape.pairs(), task.time_base);
    }
    for (int slot = threadIdx.x; slot < shape.window; slot += kThreads)
        static_cast<T*>(task.bias)[slot] = from_float<T>(shape.is_empty(slot, frame) ? -INFINITY : 0.0f);
}

// Turns N pairs of one line.
template <int N, class T>
__device__ void turn_pairs(const T* from, const float* turn, int pairs, int pair, T* to) {
    float first[N], second[N];
    load(from + pair, first);
    load(from + pairs + pair, second);
#pragma unroll
    for (int i = 0; i < N; ++i) {
        const Pair p = turned({first[i], second[i]}, turn[pair + i], turn[pairs + pair + i]);
        first[i] = p.first;
        second[i] = p.second;
    }
    store(first, to + pair);
    store(second, to + pairs + pair);
}

template <int N, class T>
__device__ void copy_pairs(const T* from, int pairs, int pair, T* to) {
    using Many = Elements<T, N>;
    *reinterpret_cast<Many*>(to + pair) = *reinterpret_cast<const Many*>(from + pair);
    *reinterpret_cast<Many*>(to + pairs + pair) = *reinterpret_cast<const Many*>(from + pairs + pair);
}

// A thread for N pairs of a sink of a line.
template <class T, int N>
__global__ void turn_sinks(OpenFrameTask task) {
    const RingShape shape = task.shape;
    const auto [line_and_sink, pair] = RingThread::at(thread_index(), shape, N);
    if (line_and_sink >= shape.lines * shape.sink || shape.lost_at(*task.frame) == 0) return;
    const int64_t line = line_and_sink / shape.sink;
    const int slot = static_cast<int>(line_and_sink % shape.sink);
    turn_pairs<N>(static_cast<const T*>(task.sink_keys) + line_and_sink * shape.features, task.sink_turn,
                  shape.pairs(), pair, static_cast<T*>(task.keys) + shape.offset(line, slot, 0));
}

template <class T>
__device__ const T* line_of(const LineView& view, int64_t line, int heads) {
    return static_cast<const T*>(view.data) + line / heads * view.row_stride +
           line % heads * view.head_stride;
}

template <class T, int N>
__global__ void store_frame(StoreTask task) {
    const RingShape shape = task.shape;
    const auto [line, pair] = RingThread::at(thread_index(), shape, N);
    if (line >= shape.lines) return;
    const int64_t slot = shape.offset(line, shape.slot_of(*task.frame), 0);
    const int pairs = shape.pairs();
    turn_pairs<N>(line_of<T>(task.k, line, task.heads), task.turn, pairs, pair,
                  static_cast<T*>(task.keys) + slot);
    copy_pairs<N>(line_of<T>(task.v, line, task.heads), pairs, pair, static_cast<T*>(task.values) + slot);
    if (!task.q.data) return;
    turn_pairs<N>(line_of<T>(task.q, line, task.heads), task.turn, pairs, pair,
                  static_cast<T*>(task.turned_q) + line * shape.features);
}

unsigned blocks_for(int64_t lines, const RingShape& shape, int vector) {
    return static_cast<unsigned>((lines * (shape.pairs() / vector) + kThreads - 1) / kThreads);
}

template <class T, int N>
void launch(const OpenFrameTask& task, cudaStream_t stream) {
    open_frame<T><<<1, kThreads, 0, stream>>>(task);
    const int64_t sinks = task.shape.lines * task.shape.sink;
    if (sinks > 0) turn_sinks<T, N><<<blocks_for(sinks, task.shape, N), kThreads, 0, stream>>>(task);
}

template <class T, int N>
void launch(const StoreTask& task, cudaStream_t stream) {
    store_frame<T, N><<<blocks_for(task.shape.lines, task.shape, N), kThreads, 0, stream>>>(task);
}

template <class Task>
void launch_for_type(const Task& task, cudaStream_t stream) {
    with_type(task.type, [&](auto element) {
        using T = decltype(element);
        task.vector > 1 ? launch<T, kWide<T>>(task, stream) : launch<T, 1>(task, stream);
    });
}

}  // namespace

void launch_open_frame(const OpenFrameTask& task, cudaStream_t stream) {
    launch_for_type(task, stream);
}

void launch_store(const StoreTask& task, cudaStream_t stream) {
    launch_for_type(task, stream);
}

}  // namespace rv::world_model::cuda
