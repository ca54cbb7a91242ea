#pragma once
/// Norm, modulation and activation in one: the values are read twice and written once.
/// Pointers are device memory; where a task's `vector` is more than 1, they and strides are multiples of 16
/// bytes. Nothing is checked here (norm.h does).

#include <cuda_runtime_api.h>

#include "world_model/cuda/element_type.h"
#include "world_model/cuda/norm_math.h"

namespace rv::world_model::cuda {

/// (1 + scale) y + shift, one row of channels a sample; null pointers for none.
struct ModulationRows {
    const void* scale = nullptr;
    const void* shift = nullptr;
    int64_t stride = 0;  ///< elements from one row to the next
};

struct GroupNormTask {
    ElementType type;
    GroupTiles tiles;
    int samples;
    const void* x;       ///< (samples, positions, channels)
    const void* weight;  ///< (channels) or null
    const void* bias;    ///< (channels) or null
    ModulationRows modulation;
    float eps;
    bool silu;
    Moments* moments;  ///< (samples, tiles, groups), written between the two passes
    void* out;         ///< like x
};
/// tiles.vector is 1 or the elements of 16 bytes. Two launches.
void launch_group_norm(const GroupNormTask& task, cudaStream_t stream);

struct LayerNormTask {
    ElementType type;
    int64_t rows;
    int64_t rows_a_sample;  ///< that share one row of the modulation
    int features, vector;   ///< vector: 1 or the elements of 16 bytes, a divisor of features
    const void* x;          ///< (rows, features)
    ModulationRows modulation;
    float eps;
    void* out;  ///< like x
};
void launch_layer_norm(const LayerNormTask& task, cudaStream_t stream);

}  // namespace rv::world_model::cuda
