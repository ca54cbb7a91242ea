#pragma once
/// Where a frame stands in a ring of keys and values, and how it is turned there: nn/key_value_ring.h says
/// why.

#include <cmath>
#include <cstdint>

#include "engine/core/host_device.h"

namespace rv::world_model::cuda {

struct RingShape {
    int64_t lines = 1;  ///< layers times rows times heads, or those of one layer
    int window = 2, sink = 1, features = 4;

    [[nodiscard]] RV_HOST_DEVICE int pairs() const { return features / 2; }
    /// The slot of a frame, which is the same for one that came window - sink frames before.
    [[nodiscard]] RV_HOST_DEVICE int slot_of(int64_t frame) const {
        return static_cast<int>(frame < sink ? frame : sink + (frame - sink) % (window - sink));
    }
    /// Frames that fell out between the sinks and the window by the time of `frame`.
    [[nodiscard]] RV_HOST_DEVICE int64_t lost_at(int64_t frame) const {
        return frame + 1 > window ? frame + 1 - window : 0;
    }
    /// Whether nothing has come to a slot yet.
    [[nodiscard]] RV_HOST_DEVICE bool is_empty(int slot, int64_t frame) const { return slot > frame; }
    /// Of a feature in keys or values (lines, window, features).
    [[nodiscard]] RV_HOST_DEVICE int64_t offset(int64_t line, int slot, int feature) const {
        return (line * window + slot) * features + feature;
    }
};

/// The angle of a pair of features at a position, modulo a whole turn. In double precision, because positions
/// grow without bound. Source: Su et al. 2021, Sec. 3.2.2.
RV_HOST_DEVICE inline double turn_angle(int64_t position, int pair, int pairs, double base) {
    constexpr double kTurn = 6.283185307179586476925;
    const double frequency = std::exp(-std::log(base) * (static_cast<double>(pair) / pairs));
    return std::fmod(static_cast<double>(position) * frequency, kTurn);
}

/// A pair of features, `first` of the first half and `second` of the second.
struct Pair {
    float first, second;
};

RV_HOST_DEVICE inline Pair turned(const Pair& p, float cos, float sin) {
    return {p.first * cos - p.second * sin, p.first * sin + p.second * cos};
}

/// What the i-th thread does: `vector` pairs of one line.
struct RingThread {
    int64_t line;
    int pair;  ///< the first

    RV_HOST_DEVICE static RingThread at(int64_t i, const RingShape& shape, int vector) {
        const int threads_a_line = shape.pairs() / vector;
        return {i / threads_a_line, static_cast<int>(i % threads_a_line) * vector};
    }
};

}  // namespace rv::world_model::cuda
