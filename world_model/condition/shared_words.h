#pragma once
/// What the threads of a kernel write into together, and a loop on the host one after another: the result is
/// the same in whatever order they come.

#include <bit>
#include <cstdint>

#include "engine/core/host_device.h"

namespace rv::world_model {

/// The lesser of two values stays. @param value positive, so that its bits grow with it
RV_HOST_DEVICE inline void lower_to(float* at, float value) {
#ifdef __CUDA_ARCH__
    atomicMin(reinterpret_cast<int*>(at), __float_as_int(value));
#else
    if (value < *at) *at = value;
#endif
}

/// The greater of two values stays.
RV_HOST_DEVICE inline void raise_to(unsigned long long* at, unsigned long long value) {
#ifdef __CUDA_ARCH__
    atomicMax(at, value);
#else
    if (value > *at) *at = value;
#endif
}

/// @param set words of 32 bits
RV_HOST_DEVICE inline void add_bit(uint32_t* set, int bit) {
    const uint32_t word = 1u << (bit % 32);
#ifdef __CUDA_ARCH__
    atomicOr(set + bit / 32, word);
#else
    set[bit / 32] |= word;
#endif
}

RV_HOST_DEVICE inline int count_bits(uint32_t word) {
#ifdef __CUDA_ARCH__
    return __popc(word);
#else
    return std::popcount(word);
#endif
}

}  // namespace rv::world_model
