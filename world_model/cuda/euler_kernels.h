#pragma once
/// The update of a sampler and its next input in one: everything is read once and written once.
/// Pointers are device memory. Nothing is checked here (euler.h does).

#include <cuda_runtime_api.h>

#include "world_model/cuda/element_type.h"
#include "world_model/cuda/euler_math.h"

namespace rv::world_model::cuda {

struct EulerTask {
    ElementType type;  ///< of output and input
    int vector;  ///< 1, or the elements of 16 bytes, for which everything lies in order and aligned to that
    EulerFactors factors;
    long long count;
    StridedShape output_shape;  ///< read where vector is 1
    const float* x;             ///< (count)
    const void* output;         ///< (count) F
    float* next;                ///< (count) written: x'
    void* input;                ///< (count) written: c_in x'; null for none
};
void launch_euler_step(const EulerTask& task, cudaStream_t stream);

}  // namespace rv::world_model::cuda
