#pragma once
/// Everything that is a number in Oasis, under the names of its authors (github.com/etched-ai/open-oasis),
/// with the place where each stands.

#include <cstdint>
#include <nlohmann/json.hpp>

namespace rv::world_model::families::oasis {

struct OasisConfig {
    // The transformer: dit.py, DiT_S_2 and the defaults of DiT.
    int64_t input_h = 18, input_w = 32;  ///< of a latent
    int64_t patch_size = 2;              ///< latent cells a token, each way
    int64_t in_channels = 16;            ///< of a latent
    int64_t hidden_size = 1024, depth = 16, num_heads = 16;
    int64_t mlp_ratio = 4;
    int64_t external_cond_dim = 25;          ///< numbers in an action: utils.py, ACTION_KEYS
    int64_t max_frames = 32;                 ///< of the window
    int64_t frequency_embedding_size = 256;  ///< dit.py, TimestepEmbedder
    double spatial_max_freq = 256;           ///< dit.py, spatial_rotary_emb
    double temporal_theta = 10000;           ///< rotary_embedding_torch.py, freqs_for="lang"

    // The autoencoder: vae.py, ViT_L_20_Shallow_Encoder.
    int64_t vae_patch_size = 20;  ///< pixels a latent cell, each way
    int64_t vae_dim = 1024, vae_enc_depth = 6, vae_dec_depth = 12, vae_heads = 16;

    // The sampler: generate.py, and sigmoid_beta_schedule in utils.py (Jabri et al. 2022, Fig. 8).
    double scaling_factor = 0.07843137255;  ///< latents are multiplied with it
    int64_t ddim_steps = 10;                ///< --ddim-steps
    int64_t stabilization_level = 15;       ///< context is labelled with the level below, and left clean
    int64_t max_noise_level = 1000;
    double noise_abs_max = 20;
    double sigmoid_start = -3, sigmoid_end = 3, sigmoid_tau = 1, largest_beta = 0.999;

    [[nodiscard]] int64_t width() const { return input_w * vae_patch_size; }  ///< of a frame, pixels
    [[nodiscard]] int64_t height() const { return input_h * vae_patch_size; }
    /// Tokens of one frame in the transformer.
    [[nodiscard]] int64_t tokens() const { return input_h / patch_size * (input_w / patch_size); }
    [[nodiscard]] int64_t head_features() const { return hidden_size / num_heads; }
    /// @throws UsageError naming what no network of this kind can be made of.
    void check() const;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(OasisConfig, input_h, input_w, patch_size, in_channels,
                                                hidden_size, depth, num_heads, mlp_ratio, external_cond_dim,
                                                max_frames, frequency_embedding_size, spatial_max_freq,
                                                temporal_theta, vae_patch_size, vae_dim, vae_enc_depth,
                                                vae_dec_depth, vae_heads, scaling_factor, ddim_steps,
                                                stabilization_level, max_noise_level, noise_abs_max,
                                                sigmoid_start, sigmoid_end, sigmoid_tau, largest_beta)

}  // namespace rv::world_model::families::oasis
