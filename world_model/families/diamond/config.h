#pragma once
/// Everything that is a number in DIAMOND, under the names of its authors (github.com/eloialonso/diamond),
/// with the place where each stands.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

namespace rv::world_model::families::diamond {

/// A denoiser with its sampler. Defaults are those of the Atari models.
struct DenoiserConfig {
    // The network: config/agent/default.yaml, InnerModelConfig.
    int64_t img_channels = 3;
    int64_t num_steps_conditioning = 4;  ///< past frames, and actions, that the network sees
    int64_t cond_channels = 256;
    std::vector<int64_t> depths = {2, 2, 2, 2}, channels = {64, 64, 64, 64}, attn_depths = {0, 0, 0, 0};
    int64_t num_actions = 4;

    // Preconditioning: the same file, DenoiserConfig (Karras et al. 2022, Table 1).
    double sigma_data = 0.5, sigma_offset_noise = 0.3;
    bool noise_previous_obs = false;  ///< knows how noisy its context is (the csgo branch)
    int64_t upsampling_factor = 0;    ///< 0: predicts frames; else paints them that much larger

    // The sampler: config/trainer.yaml, DiffusionSamplerConfig (Karras et al. 2022, Algorithm 2).
    int64_t num_steps_denoising = 3;
    double sigma_min = 2e-3, sigma_max = 5, rho = 7;
    int64_t order = 1;  ///< 1: Euler, 2: Heun
    double s_churn = 0, s_tmin = 0, s_tmax = 1e9, s_noise = 1;
    double s_cond = 0;  ///< noise put on the context, of which the network is told

    /// @throws UsageError naming what no network of this kind can be made of.
    void check() const;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(DenoiserConfig, img_channels, num_steps_conditioning,
                                                cond_channels, depths, channels, attn_depths, num_actions,
                                                sigma_data, sigma_offset_noise, noise_previous_obs,
                                                upsampling_factor, num_steps_denoising, sigma_min, sigma_max,
                                                rho, order, s_churn, s_tmin, s_tmax, s_noise, s_cond)

/// What the csgo branch sets: config/agent/csgo.yaml and config/world_model_env/fast.yaml.
DenoiserConfig csgo_denoiser();
DenoiserConfig csgo_upsampler();

}  // namespace rv::world_model::families::diamond
