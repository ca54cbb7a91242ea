#include "world_model/families/oasis/config.h"

#include <cmath>
#include <string>

#include "engine/core/error.h"

namespace rv::world_model::families::oasis {
namespace {

// Far beyond every published size, and small enough that no product of them overflows.
constexpr int64_t kMost = 65536;

void positive(int64_t value, const char* name) {
    if (value < 1 || value > kMost)
        throw UsageError("Oasis: " + std::string(name) + " is " + std::to_string(value),
                         "1 to " + std::to_string(kMost));
}

void require(bool sound, const std::string& what) {
    if (!sound) throw UsageError("Oasis: " + what);
}

}  // namespace

void OasisConfig::check() const {
    positive(input_h, "input_h");
    positive(input_w, "input_w");
    positive(patch_size, "patch_size");
    positive(in_channels, "in_channels");
    positive(hidden_size, "hidden_size");
    positive(depth, "depth");
    positive(num_heads, "num_heads");
    positive(mlp_ratio, "mlp_ratio");
    positive(external_cond_dim, "external_cond_dim");
    positive(frequency_embedding_size, "frequency_embedding_size");
    positive(vae_patch_size, "vae_patch_size");
    positive(vae_dim, "vae_dim");
    positive(vae_enc_depth, "vae_enc_depth");
    positive(vae_dec_depth, "vae_dec_depth");
    positive(vae_heads, "vae_heads");
    positive(ddim_steps, "ddim_steps");
    positive(max_noise_level, "max_noise_level");
    require(max_frames >= 2 && max_frames <= kMost, "max_frames must be at least 2");
    require(input_h % patch_size == 0 && input_w % patch_size == 0,
            "patch_size must divide input_h and input_w");
    require(hidden_size % num_heads == 0 && head_features() % 4 == 0,
            "hidden_size must be a multiple of four times num_heads");
    require(vae_dim % vae_heads == 0 && vae_dim / vae_heads % 8 == 0,
            "vae_dim must be a multiple of eight times vae_heads");
    require(frequency_embedding_size % 2 == 0, "frequency_embedding_size must be even");
    require(stabilization_level >= 1 && stabilization_level <= max_noise_level,
            "stabilization_level must be between 1 and max_noise_level");
    require(ddim_steps <= max_noise_level, "ddim_steps must not exceed max_noise_level");
    require(std::isfinite(scaling_factor) && scaling_factor > 0, "scaling_factor must be positive");
    require(noise_abs_max > 0 && sigmoid_tau > 0 && sigmoid_end > sigmoid_start,
            "the noise schedule makes no sense");
}

}  // namespace rv::world_model::families::oasis
