#pragma once
/// What a key-value ring does on a GPU. Which frame is at work is read from device memory, so that a recorded
/// launch serves every frame. Pointers are device memory; where a task's `vector` is more than 1, they and
/// strides are multiples of 16 bytes. Nothing is checked here (ring.h does).

#include <cuda_runtime_api.h>

#include "world_model/cuda/element_type.h"
#include "world_model/cuda/ring_math.h"

namespace rv::world_model::cuda {

struct OpenFrameTask {
    ElementType type;
    RingShape shape;  ///< lines of all layers
    int vector;       ///< 1, or the elements of 16 bytes: a divisor of the pairs
    double time_base;
    const int64_t* frame;   ///< (1) the frame at work
    float* turn;            ///< (2, pairs) written: cos and sin at the frame's position
    float* sink_turn;       ///< (2, pairs) written: the same at the position of the sinks
    void* bias;             ///< (window) written: minus infinity for empty slots, else 0
    const void* sink_keys;  ///< (lines, sink, features)
    void* keys;             ///< (lines, window, features); the sinks' slots are written once frames were lost
};
/// Two launches, one without sinks.
void launch_open_frame(const OpenFrameTask& task, cudaStream_t stream);

/// (rows, heads, features), its features side by side.
struct LineView {
    const void* data = nullptr;
    int64_t row_stride = 0, head_stride = 0;  ///< in elements
};

struct StoreTask {
    ElementType type;
    RingShape shape;  ///< lines of one layer
    int vector, heads;
    const int64_t* frame;
    const float* turn;  ///< of launch_open_frame
    LineView q, k, v;   ///< without positions; q.data null where nothing is asked
    void* keys;         ///< (lines, window, features) of the layer
    void* values;       ///< like keys
    void* turned_q;     ///< (rows, heads, features), written unless q.data is null
};
/// Turns q and k, and puts k and v into the frame's slot.
void launch_store(const StoreTask& task, cudaStream_t stream);

}  // namespace rv::world_model::cuda
