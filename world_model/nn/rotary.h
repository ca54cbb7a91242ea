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

/// Positions first, first + 1, ... on one axis: (count, features / 2). Exact for any position: the angles are
/// computed in double precision, modulo a whole turn.
Rotation time_rotation(int64_t first, int64_t count, int64_t features);
/// Cells of a grid, row by row: (h w, features / 2); half of the features tell the row, half the column.
/// @param features a multiple of 4
Rotation grid_rotation(int64_t h, int64_t w, int64_t features);

/// @param x (..., T, features)  @param r (T, features / 2), in x's dtype  @return shaped like x
torch::Tensor rotate(const torch::Tensor& x, const Rotation& r);

}  // namespace rv::world_model::nn
