#include "world_model/families/diamond/config.h"

#include <cmath>
#include <string>

#include "engine/core/error.h"

namespace rv::world_model::families::diamond {
namespace {

constexpr int64_t kMost = 65536;  // far beyond every published size

void require(bool sound, const std::string& what) {
    if (!sound) throw UsageError("DIAMOND: " + what);
}

void positive(int64_t value, const char* name) {
    require(value >= 1 && value <= kMost, std::string(name) + " is " + std::to_string(value));
}

}  // namespace

void DenoiserConfig::check() const {
    positive(img_channels, "img_channels");
    positive(num_steps_conditioning, "num_steps_conditioning");
    positive(cond_channels, "cond_channels");
    positive(num_actions, "num_actions");
    positive(num_steps_denoising, "num_steps_denoising");
    require(!channels.empty() && channels.size() <= 8 && depths.size() == channels.size() &&
                attn_depths.size() == channels.size(),
            "depths, channels and attn_depths must be of one length, at most 8");
    for (size_t i = 0; i < channels.size(); ++i) {
        positive(channels[i], "a number of channels");
        positive(depths[i], "a depth");
        const int64_t groups = std::max<int64_t>(1, channels[i] / 32);
        require(channels[i] % groups == 0, std::to_string(channels[i]) + " channels make no groups of 32");
    }
    require(cond_channels % 2 == 0 && cond_channels % num_steps_conditioning == 0,
            "cond_channels must be a multiple of 2 and of num_steps_conditioning");
    require(upsampling_factor >= 0 && upsampling_factor <= 64, "upsampling_factor must be 0 to 64");
    require(sigma_data > 0 && sigma_min > 0 && sigma_max >= sigma_min && std::isfinite(sigma_max) && rho > 0,
            "the noise levels make no sense");
    require(order == 1 || order == 2, "order must be 1 (Euler) or 2 (Heun)");
    require(s_churn >= 0 && s_noise >= 0 && s_cond >= 0, "churn and noise cannot be negative");
}

DenoiserConfig csgo_denoiser() {
    DenoiserConfig c;
    c.cond_channels = 2048;
    c.channels = {128, 256, 512, 1024};
    c.attn_depths = {0, 0, 1, 1};
    c.num_actions = 51;
    c.sigma_offset_noise = 0.1;
    c.noise_previous_obs = true;
    c.num_steps_denoising = 1;
    c.s_cond = 0.005;
    return c;
}

DenoiserConfig csgo_upsampler() {
    DenoiserConfig c;
    c.num_steps_conditioning = 1;
    c.cond_channels = 2048;
    c.channels = {64, 64, 128, 256};
    c.attn_depths = {0, 0, 0, 1};
    c.num_actions = 51;
    c.sigma_offset_noise = 0.1;
    c.noise_previous_obs = true;  // has the embedding, and is told that there is none
    c.upsampling_factor = 5;
    c.num_steps_denoising = 1;
    c.sigma_min = 1;
    c.order = 2;
    c.s_churn = 10;
    c.s_tmin = 1;
    c.s_tmax = 5;
    c.s_noise = 0.9;
    return c;
}

}  // namespace rv::world_model::families::diamond
