#pragma once
/// Rotary positions as Oasis has them: neighbouring features are turned as pairs (Su et al. 2021, "RoFormer",
/// Eq. 34), by angles of time or of the place in a picture.

#include <torch/torch.h>

namespace rv::world_model::families::oasis {

/// The angles of some positions, float32: (positions, pairs).
struct PairRotation {
    torch::Tensor cos, sin;

    [[nodiscard]] PairRotation to(const torch::TensorOptions& options) const {
        return {cos.to(options), sin.to(options)};
    }
};

/// Frequencies of positions in time: theta^(-2 i / (2 pairs)), (pairs).
torch::Tensor language_frequencies(int64_t pairs, double theta);
/// Frequencies of places in a picture: from pi to pi max / 2 in even steps, (pairs).
torch::Tensor pixel_frequencies(int64_t pairs, double max_freq);

/// Positions first, first + 1, ...; exact however large they are. @param frequencies (pairs)
PairRotation rotation_in_time(int64_t first, int64_t count, const torch::Tensor& frequencies);
/// Cells of a grid, row by row: (h w, 2 pairs); rows and columns run from -1 to 1, the first half of the
/// pairs tells the row. @param frequencies (pairs)
PairRotation rotation_in_grid(int64_t h, int64_t w, const torch::Tensor& frequencies);

/// Turns the first 2 pairs features; what is behind them stays.
/// @param x (..., positions, features)  @param r in x's dtype
torch::Tensor rotate_pairs(const torch::Tensor& x, const PairRotation& r);

}  // namespace rv::world_model::families::oasis
