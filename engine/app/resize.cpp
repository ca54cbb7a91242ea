#include "engine/app/resize.h"

#include <algorithm>
#include <cmath>

#include "engine/core/error.h"

namespace rv::app {
namespace {

constexpr int kChannels = 4;
constexpr float kRadius = 2;  // of the kernel, in pixels of the coarser picture

// Catmull and Rom 1974, as Keys 1981 with a = -1/2.
float catmull_rom(float distance) {
    const float t = std::abs(distance);
    if (t < 1) return 1 + t * t * (-2.5f + 1.5f * t);
    if (t < 2) return 2 + t * (-4 + t * (2.5f - 0.5f * t));
    return 0;
}

}  // namespace

int enlargement_for(int width, int wanted_width) {
    return std::max(1, width > 0 ? wanted_width / width : 1);
}

Resizer::Side::Side(int from, int to) : size(to) {
    RV_ASSERT(from > 0 && to > 0, "sizes are positive");
    const double scale = static_cast<double>(from) / to;  // source pixels a pixel
    const double stretch = std::max(1.0, scale);
    taps = static_cast<int>(std::ceil(2 * kRadius * stretch));
    for (int i = 0; i < to; ++i) {
        const double centre = (i + 0.5) * scale - 0.5;
        const int first = static_cast<int>(std::floor(centre - kRadius * stretch)) + 1;
        const std::size_t begin = weights.size();
        float sum = 0;
        for (int tap = 0; tap < taps; ++tap) {
            sources.push_back(std::clamp(first + tap, 0, from - 1));
            weights.push_back(catmull_rom(static_cast<float>((first + tap - centre) / stretch)));
            sum += weights.back();
        }
        for (std::size_t tap = begin; tap < weights.size(); ++tap) weights[tap] /= sum;
    }
}

Resizer::Resizer(int width, int height, int out_width, int out_height)
    : in_width_(width), in_height_(height), columns_(width, out_width), rows_(height, out_height) {
    const auto row_floats = static_cast<std::size_t>(out_width) * kChannels;
    wide_.resize(row_floats * height);
    row_.resize(row_floats);
    resized_.resize(row_floats * out_height);
}

FrameView Resizer::resize(std::span<const std::uint8_t> rgba) {
    RV_ASSERT(rgba.size() == static_cast<std::size_t>(in_width_) * in_height_ * kChannels,
              "the picture has the given size");
    float* wide = wide_.data();
    for (int y = 0; y < in_height_; ++y) {
        const std::uint8_t* source = rgba.data() + static_cast<std::size_t>(y) * in_width_ * kChannels;
        const int* index = columns_.sources.data();
        const float* weight = columns_.weights.data();
        for (int x = 0; x < columns_.size; ++x, wide += kChannels) {
            float sum[kChannels] = {};
            for (int tap = 0; tap < columns_.taps; ++tap, ++index, ++weight)
                for (int c = 0; c < kChannels; ++c) sum[c] += *weight * source[*index * kChannels + c];
            std::copy_n(sum, kChannels, wide);
        }
    }
    std::uint8_t* out = resized_.data();
    for (int y = 0; y < rows_.size; ++y) {
        std::ranges::fill(row_, 0.5f);  // rounds
        for (int tap = 0; tap < rows_.taps; ++tap) {
            const auto at = static_cast<std::size_t>(y * rows_.taps + tap);
            const float weight = rows_.weights[at];
            const float* from = wide_.data() + static_cast<std::size_t>(rows_.sources[at]) * row_.size();
            for (std::size_t i = 0; i < row_.size(); ++i) row_[i] += weight * from[i];
        }
        for (const float value : row_) *out++ = static_cast<std::uint8_t>(std::clamp(value, 0.0f, 255.0f));
    }
    return {resized_.data(), width(), height(), row_.size()};
}

}  // namespace rv::app
