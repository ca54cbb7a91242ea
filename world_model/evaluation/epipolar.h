#pragma once
/// Do two frames agree with the camera motion between them? Corners matched between the frames must lie on
/// each other's epipolar lines.

#include <torch/torch.h>

#include <glm/mat3x3.hpp>
#include <glm/vec2.hpp>
#include <optional>
#include <vector>

#include "engine/core/camera.h"

namespace rv::world_model {

struct Match {
    glm::dvec2 a, b;  ///< pixels, centres at +0.5
};

/// Corners of `a` found again in `b` by normalised cross-correlation, and back to where they began.
/// @param a, b (3, H, W) in [-1, 1], CPU
std::vector<Match> match_corners(const torch::Tensor& a, const torch::Tensor& b);

/// F with b^T F a = 0 for matches of a point at rest. @param motion pose of camera b seen from camera a
glm::dmat3 fundamental_matrix(const CameraPose& motion, const Intrinsics& intrinsics);

/// Distance in pixels, to first order, of a match from the nearest one that agrees with F (Hartley and
/// Zisserman 2004, Eq. 11.9, its square root).
double sampson_px(const Match& match, const glm::dmat3& F);

/// Median over the matches of two frames; empty with fewer than 8.
std::optional<double> median_sampson_px(const std::vector<Match>& matches, const glm::dmat3& F);

}  // namespace rv::world_model
