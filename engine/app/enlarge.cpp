#include "engine/app/enlarge.h"

#include <algorithm>
#include <cmath>

#include "engine/core/error.h"

namespace rv::app {
namespace {

constexpr int kChannels = 4;
constexpr int kTaps = 4;

// Catmull and Rom 1974, as Keys 1981 with a = -1/2; t in [0, 1) from the second tap to the third.
void catmull_rom(float t, float* weights) {
    weights[0] = t * (-0.5f + t * (1.0f - 0.5f * t));
    weights[1] = 1.0f + t * t * (-2.5f + 1.5f * t);
    weights[2] = t * (0.5f + t * (2.0f - 1.5f * t));
    weights[3] = t * t * (-0.5f + 0.5f * t);
}

// Where the centre of output pixel `phase` (0 to factor - 1) of a source pixel lies, in source pixels.
float offset_of(int phase, int factor) {
    return (static_cast<float>(phase) + 0.5f) / static_cast<float>(factor) - 0.5f;
}

}  // namespace

int enlargement_for(int width, int wanted_width) {
    return std::max(1, width > 0 ? wanted_width / width : 1);
}

Enlarger::Enlarger(int width, int height, int factor) : width_(width), height_(height), factor_(factor) {
    RV_ASSERT(width > 0 && height > 0 && factor > 0, "sizes are positive");
    weights_.resize(static_cast<std::size_t>(factor) * kTaps);
    for (int phase = 0; phase < factor; ++phase) {
        const float offset = offset_of(phase, factor);
        catmull_rom(offset - std::floor(offset), &weights_[static_cast<std::size_t>(phase) * kTaps]);
    }
    const auto row_floats = static_cast<std::size_t>(width) * factor * kChannels;
    wide_.resize(row_floats * height);
    large_.resize(row_floats * height * factor);
}

FrameView Enlarger::enlarge(std::span<const std::uint8_t> rgba) {
    const auto row_size = static_cast<std::size_t>(width()) * kChannels;
    RV_ASSERT(rgba.size() == static_cast<std::size_t>(width_) * height_ * kChannels,
              "the picture has the given size");
    for (int y = 0; y < height_; ++y) {
        const std::uint8_t* source = rgba.data() + static_cast<std::size_t>(y) * width_ * kChannels;
        float* out = wide_.data() + static_cast<std::size_t>(y) * row_size;
        for (int x = 0; x < width_; ++x) {
            for (int phase = 0; phase < factor_; ++phase) {
                const int first = x + static_cast<int>(std::floor(offset_of(phase, factor_))) - 1;
                const float* w = &weights_[static_cast<std::size_t>(phase) * kTaps];
                const std::uint8_t* taps[kTaps];
                for (int tap = 0; tap < kTaps; ++tap)
                    taps[tap] = source + std::clamp(first + tap, 0, width_ - 1) * kChannels;
                for (int c = 0; c < kChannels; ++c)
                    *out++ = w[0] * taps[0][c] + w[1] * taps[1][c] + w[2] * taps[2][c] + w[3] * taps[3][c];
            }
        }
    }
    for (int y = 0; y < height(); ++y) {
        const int phase = y % factor_;
        const int first = y / factor_ + static_cast<int>(std::floor(offset_of(phase, factor_))) - 1;
        const float* w = &weights_[static_cast<std::size_t>(phase) * kTaps];
        const float* taps[kTaps];
        for (int tap = 0; tap < kTaps; ++tap)
            taps[tap] =
                wide_.data() + static_cast<std::size_t>(std::clamp(first + tap, 0, height_ - 1)) * row_size;
        std::uint8_t* out = large_.data() + static_cast<std::size_t>(y) * row_size;
        for (std::size_t i = 0; i < row_size; ++i) {
            const float value = w[0] * taps[0][i] + w[1] * taps[1][i] + w[2] * taps[2][i] + w[3] * taps[3][i];
            out[i] = static_cast<std::uint8_t>(std::clamp(value + 0.5f, 0.0f, 255.0f));
        }
    }
    return {large_.data(), width(), height(), row_size};
}

}  // namespace rv::app
