#pragma once
/// The diffusion of Karras et al. 2022, "Elucidating the Design Space of Diffusion-Based Generative Models".

#include <torch/torch.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <vector>

#include "world_model/sampling/draws.h"

namespace rv::world_model {

/// Values as DIAMOND (Alonso et al. 2024) uses them, for data of standard deviation 0.5.
struct EdmConfig {
    double sigma_data = 0.5;
    double noise_mean = -0.4, noise_std = 1.2;  ///< log-normal noise level in training
    double offset_noise = 0.1;                  ///< share of noise that is constant over the picture
    double train_sigma_min = 0.002, train_sigma_max = 20;  ///< clamp of the level in training
    double sample_sigma_min = 0.002, sample_sigma_max = 5, rho = 7;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(EdmConfig, sigma_data, noise_mean, noise_std, offset_noise,
                                                train_sigma_min, train_sigma_max, sample_sigma_min,
                                                sample_sigma_max, rho)

/// F: the raw network, (c_in x, c_noise) -> output; everything else it needs is bound by the caller.
using Network = std::function<torch::Tensor(const torch::Tensor& x, const torch::Tensor& c_noise)>;

/// D(x; sigma) = c_skip x + c_out F(c_in x; c_noise), Eq. 7 with the coefficients of Table 1.
/// @param x (B, ...)  @param sigma (B) float32
torch::Tensor denoise(const EdmConfig& config, const Network& network, const torch::Tensor& x,
                      const torch::Tensor& sigma);

/// Classifier-free guidance (Ho and Salimans 2022, Eq. 6 with w = guidance - 1): from a network over (2 B,
/// ...), conditioned samples first, the same without their condition behind, one over (B, ...).
Network guided(const Network& both, double guidance);

/// What F sees of x at noise level sigma (B): c_in x and c_noise.
struct NetworkInput {
    torch::Tensor x, c_noise;
};
NetworkInput network_input(const EdmConfig& config, const torch::Tensor& x, const torch::Tensor& sigma);

/// c_noise = ln(sigma) / 4 (Table 1); also how a context's noise level is told to a network.
torch::Tensor noise_label(const torch::Tensor& sigma);

/// Draws (B) training noise levels.
torch::Tensor draw_noise_levels(const EdmConfig& config, int64_t B, const Draws& draws);
/// Unit normal noise plus offset noise, shaped like `like` (B, C, h, w), float32.
torch::Tensor draw_noise(const EdmConfig& config, torch::IntArrayRef shape, const Draws& draws,
                         torch::Device device);
/// clean + sigma noise. @param clean, noise (B, ...)  @param sigma (B)
torch::Tensor noised(const torch::Tensor& clean, const torch::Tensor& sigma, const torch::Tensor& noise);
/// Mean over the batch of lambda(sigma) |D(x + n; sigma) - x|^2, Eq. 8, weighted so that F's target has unit
/// variance.
torch::Tensor edm_loss(const EdmConfig& config, const Network& network, const torch::Tensor& clean,
                       const Draws& draws);
/// The same for given noise levels, one loss a sample. @param sigma (B)  @return (B)
torch::Tensor edm_losses(const EdmConfig& config, const Network& network, const torch::Tensor& clean,
                         const torch::Tensor& sigma, const Draws& draws);

/// sigma_0 > ... > sigma_{N-1} > sigma_N = 0, Eq. 5.
std::vector<double> noise_schedule(const EdmConfig& config, int steps);
/// Euler's method over the schedule (Algorithm 1 without the second-order correction).
/// @param noise (B, ...) unit normal start  @return the denoised sample
torch::Tensor sample_euler(const EdmConfig& config, const Network& network, const torch::Tensor& noise,
                           int steps);

}  // namespace rv::world_model
