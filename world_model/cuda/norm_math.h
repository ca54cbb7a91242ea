#pragma once
/// Mean and variance in parts that can be put together in any grouping, and what a modulated norm does with
/// them.

#include <cmath>
#include <cstdint>

#include "engine/core/host_device.h"

namespace rv::world_model::cuda {

/// Of some values: how many, their mean, and the sum of squares of what they are away from it.
struct Moments {
    float count = 0, mean = 0, m2 = 0;
};

/// Of both together. Source: Chan, Golub and LeVeque 1979, Eq. 2.1.
RV_HOST_DEVICE inline Moments merged(const Moments& a, const Moments& b) {
    const float count = a.count + b.count;
    if (count == 0) return {};
    const float share = b.count / count, delta = b.mean - a.mean;
    return {count, a.mean + delta * share, a.m2 + b.m2 + delta * delta * a.count * share};
}

/// Of values that come one by one. Measured from the first of them, so that a mean far from zero costs no
/// digits.
class MomentsSoFar {
  public:
    RV_HOST_DEVICE void add(float value) {
        if (count_ == 0) pivot_ = value;
        const float away = value - pivot_;
        count_ += 1;
        sum_ += away;
        squares_ += away * away;
    }
    [[nodiscard]] RV_HOST_DEVICE Moments moments() const {
        if (count_ == 0) return {};
        const float mean = sum_ / count_, m2 = squares_ - sum_ * mean;
        return {count_, pivot_ + mean, m2 > 0 ? m2 : 0};
    }

  private:
    float count_ = 0, pivot_ = 0, sum_ = 0, squares_ = 0;
};

/// y = (x - mean) factor + offset
struct Affine {
    float mean = 0, factor = 1, offset = 0;

    [[nodiscard]] RV_HOST_DEVICE float operator()(float x) const { return (x - mean) * factor + offset; }
};

/// (1 + scale) (norm(x) weight + bias) + shift, with norm(x) = (x - mean) / sqrt(variance + eps).
RV_HOST_DEVICE inline Affine modulated_norm(const Moments& m, float eps, float weight, float bias,
                                            float scale, float shift) {
    const float gain = 1 + scale, over_deviation = 1 / std::sqrt(m.m2 / m.count + eps);
    return {m.mean, weight * gain * over_deviation, bias * gain + shift};
}

RV_HOST_DEVICE inline float silu(float x) {
    return x / (1 + std::exp(-x));
}

/// How threads share pictures (samples, positions, channels), channels last: a block takes whole positions, a
/// thread always the same `vector` channels of every `rows()`-th of them.
struct GroupTiles {
    static constexpr int kThreads = 256;

    int positions = 1, channels = 1, groups = 1;
    int vector = 1;            ///< divides the channels of a group
    int positions_a_tile = 1;  ///< that one block takes

    [[nodiscard]] RV_HOST_DEVICE int columns() const { return channels / vector; }
    [[nodiscard]] RV_HOST_DEVICE int rows() const { return kThreads / columns(); }
    [[nodiscard]] RV_HOST_DEVICE int tiles() const {
        return (positions + positions_a_tile - 1) / positions_a_tile;
    }
    [[nodiscard]] RV_HOST_DEVICE int columns_a_group() const { return columns() / groups; }
    /// Behind the last whole row stand threads without work.
    [[nodiscard]] RV_HOST_DEVICE bool works(int thread) const { return thread < rows() * columns(); }
    [[nodiscard]] RV_HOST_DEVICE int column(int thread) const { return thread % columns(); }
    [[nodiscard]] RV_HOST_DEVICE int group(int thread) const { return column(thread) / columns_a_group(); }
    [[nodiscard]] RV_HOST_DEVICE int first_position(int tile, int thread) const {
        return tile * positions_a_tile + thread / columns();
    }
    [[nodiscard]] RV_HOST_DEVICE int end_position(int tile) const {
        const int end = (tile + 1) * positions_a_tile;
        return end < positions ? end : positions;
    }
    /// Of a thread's channels at a position.
    [[nodiscard]] RV_HOST_DEVICE int64_t offset(int64_t sample, int position, int thread) const {
        return (sample * positions + position) * channels + column(thread) * vector;
    }
    /// The i-th of the threads that have values of `group`.
    [[nodiscard]] RV_HOST_DEVICE int thread_of_group(int group, int i) const {
        return i / columns_a_group() * columns() + group * columns_a_group() + i % columns_a_group();
    }
    [[nodiscard]] RV_HOST_DEVICE int threads_a_group() const { return rows() * columns_a_group(); }
};

}  // namespace rv::world_model::cuda
