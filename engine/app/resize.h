#pragma once
/// Brings generated pictures to the size in which people watch them.

#include <cstdint>
#include <span>
#include <vector>

#include "engine/core/frame_view.h"

namespace rv::app {

/// Separable Catmull-Rom interpolation with all weights and buffers made beforehand. Where a side shrinks,
/// the kernel grows with it, so that nothing is skipped.
class Resizer {
  public:
    /// All sides at least 1; the same size copies.
    Resizer(int width, int height, int out_width, int out_height);

    [[nodiscard]] int width() const { return columns_.size; }
    [[nodiscard]] int height() const { return rows_.size; }
    /// @param rgba width x height of the constructor, tight rows.
    /// @return the picture in its new size, alpha 255; valid until the next call.
    FrameView resize(std::span<const std::uint8_t> rgba);

  private:
    /// How the pixels along one side come out of those before: `taps` of them each.
    struct Side {
        Side(int from, int to);
        int size, taps;
        std::vector<int> sources;    // (size, taps)
        std::vector<float> weights;  // (size, taps)
    };

    int in_width_, in_height_;
    Side columns_, rows_;
    std::vector<float> wide_;  // (in_height, width, 4)
    std::vector<float> row_;   // (width, 4)
    std::vector<std::uint8_t> resized_;
};

/// The whole factor that brings a picture closest to, and not above, `wanted_width`; at least 1.
int enlargement_for(int width, int wanted_width);

}  // namespace rv::app
