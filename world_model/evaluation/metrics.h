#pragma once
/// How near generated pictures are to true ones.

#include <torch/torch.h>

namespace rv::world_model {

/// Peak signal-to-noise ratio in dB of pictures in [-1, 1], (3, H, W); at most 100.
double psnr_db(const torch::Tensor& picture, const torch::Tensor& truth);

/// Structural similarity (Wang et al. 2004): 11 x 11 Gaussian window of standard deviation 1.5, K1 = 0.01, K2
/// = 0.03, mean over channels and over all places where the window fits. (3, H, W) in [-1, 1], at least 11
/// pixels a side.
double ssim(const torch::Tensor& picture, const torch::Tensor& truth);

/// Mean absolute value in steps of 8 bits, of a difference of pictures in [-1, 1].
double mean_levels(const torch::Tensor& difference);

/// Variance of the Laplacian of the luma, in squared steps of 8 bits: how much fine detail a picture has
/// (Pech-Pacheco et al. 2000). (3, H, W) in [-1, 1].
double sharpness(const torch::Tensor& picture);

/// Fréchet distance between two sets of features as Gaussians (Dowson and Landau 1982; the distance of the
/// FID, Heusel et al. 2017, on whatever features these are): |m_a - m_b|^2 + tr(S_a + S_b - 2 (S_a
/// S_b)^(1/2)).
/// @param a, b (N, F), at least two rows
double frechet_distance(const torch::Tensor& a, const torch::Tensor& b);

}  // namespace rv::world_model
