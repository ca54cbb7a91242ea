#pragma once
/// One step of Euler's method on the diffusion of Karras et al. 2022, with everything that depends on the
/// noise level alone put into a few numbers.

#include <cmath>

#include "engine/core/host_device.h"

namespace rv::world_model::cuda {

/// x' = keep x + change F,  and what F sees next: c_in x'.
struct EulerFactors {
    float keep, change, c_in;

    [[nodiscard]] RV_HOST_DEVICE float operator()(float x, float output) const {
        return keep * x + change * output;
    }
};

/// From x + (to - from) / from (x - D(x)) and D(x) = c_skip x + c_out F with the coefficients of Table 1.
/// @param from, to noise levels, from > 0  @param sigma_data standard deviation of the data
inline EulerFactors euler_factors(double from, double to, double sigma_data) {
    const double variance = from * from + sigma_data * sigma_data, share = (to - from) / from;
    const double c_skip = sigma_data * sigma_data / variance, c_out = from * sigma_data / std::sqrt(variance);
    return {static_cast<float>(1 + share * (1 - c_skip)), static_cast<float>(-share * c_out),
            static_cast<float>(1 / std::sqrt(to * to + sigma_data * sigma_data))};
}

/// Sizes of up to four axes, and where their elements lie.
struct StridedShape {
    int sizes[4];
    long long strides[4];  ///< in elements

    /// Of the i-th element, last axis fastest.
    [[nodiscard]] RV_HOST_DEVICE long long offset(long long i) const {
        long long offset = 0;
        for (int axis = 3; axis >= 0; --axis) {
            offset += i % sizes[axis] * strides[axis];
            i /= sizes[axis];
        }
        return offset;
    }
};

}  // namespace rv::world_model::cuda
