#pragma once
/// How near a generated picture is to a true one.

#include <torch/torch.h>

namespace rv::world_model {

/// Peak signal-to-noise ratio in dB of pictures in [-1, 1], (3, H, W); at most 100.
double psnr_db(const torch::Tensor& picture, const torch::Tensor& truth);

/// Structural similarity (Wang et al. 2004): 11 x 11 Gaussian window of standard deviation 1.5, K1 = 0.01, K2
/// = 0.03, mean over channels and over all places where the window fits. (3, H, W) in [-1, 1], at least 11
/// pixels a side.
double ssim(const torch::Tensor& picture, const torch::Tensor& truth);

}  // namespace rv::world_model
