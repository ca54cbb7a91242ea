#pragma once
/// Enlarges small generated pictures for people who watch the video: smooth, by a whole factor.

#include <cstdint>
#include <span>
#include <vector>

#include "engine/core/frame_view.h"

namespace rv::app {

/// Separable Catmull-Rom interpolation with all weights and buffers made beforehand.
class Enlarger {
  public:
    /// @param factor at least 1; 1 copies.
    Enlarger(int width, int height, int factor);

    [[nodiscard]] int width() const { return width_ * factor_; }
    [[nodiscard]] int height() const { return height_ * factor_; }
    /// @param rgba width x height of the constructor, tight rows.
    /// @return the large picture, alpha 255; valid until the next call.
    FrameView enlarge(std::span<const std::uint8_t> rgba);

  private:
    int width_, height_, factor_;
    std::vector<float> weights_;  // (factor, 4)
    std::vector<float> wide_;     // (height, width * factor, 4)
    std::vector<std::uint8_t> large_;
};

/// The factor that brings a picture closest to, and not above, `wanted_width`; at least 1.
int enlargement_for(int width, int wanted_width);

}  // namespace rv::app
