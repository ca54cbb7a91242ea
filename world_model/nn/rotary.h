#pragma once
/// Rotary positions: queries and keys are turned by angles that grow with their position, so that their
/// product depends on the distance alone (Su et al. 2021, "RoFormer", Sec. 3.2; on two axes: Heo et al.
/// 2024).

#include <torch/torch.h>

namespace rv::world_model::nn {

/// The angles of some positions: float32, last axis one entry a pair of features (features / 2).
struct Rotation {
    torch::Tensor cos, sin;

    [[nodiscard]] Rotation to(const torch::TensorOptions& options) const;
};

/// The slowest pair turns by about one radian over this many positions: a few times a window.
inline constexpr double kTimeBase = 100;

/// Positions on one axis: (positions, features / 2). Exact for any position: the angles are computed in
/// double precision, modulo a whole turn.
/// @param positions (positions) int64; nothing leaves their device
Rotation time_rotation(const torch::Tensor& positions, int64_t features);
/// Cells of a grid, row by row: (h w, features / 2); half of the features tell the row, half the column.
/// @param features a multiple of 4
Rotation grid_rotation(int64_t h, int64_t w, int64_t features, const torch::Device& device);

/// @param x (..., T, features)  @param r (T, features / 2), in x's dtype  @return shaped like x
torch::Tensor rotate(const torch::Tensor& x, const Rotation& r);

}  // namespace rv::world_model::nn
