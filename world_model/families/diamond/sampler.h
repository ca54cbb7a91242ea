#pragma once
/// The sampler of DIAMOND: Euler or Heun steps with churn (Karras et al. 2022, Algorithm 2).

#include <torch/torch.h>

#include <functional>
#include <vector>

#include "world_model/families/diamond/denoiser.h"

namespace rv::world_model::families::diamond {

/// Normally distributed numbers of that shape, from wherever the caller's noise comes.
using Noise = std::function<torch::Tensor(at::IntArrayRef shape)>;

/// `steps` levels from sigma_max down to sigma_min, evenly spaced in sigma^(1 / rho), and 0: Eq. 5.
std::vector<double> noise_levels(const DenoiserConfig& config, int64_t steps);

/// One frame. Asks for noise once for the start, then once a step for each of churn and context noise, if
/// there are such.
/// @param context (B, T C, H, W) in [-1, 1]  @param actions as Denoiser::inner()  @return (B, C, H, W)
torch::Tensor sample(const Denoiser& denoiser, const torch::Tensor& context, const torch::Tensor& actions,
                     int64_t steps, const Noise& noise);

}  // namespace rv::world_model::families::diamond
