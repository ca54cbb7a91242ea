#include "world_model/families/diamond/denoiser.h"

#include <cmath>

namespace rv::world_model::families::diamond {
namespace {

// Random Fourier features (Tancik et al. 2020): (B) -> (B, cond).
torch::Tensor fourier(const torch::Tensor& values, const torch::Tensor& weight) {
    const auto f = 2 * M_PI * values.unsqueeze(1).matmul(weight);
    return torch::cat({f.cos(), f.sin()}, -1);
}

// To {0, ..., 255} and back to [-1, 1]; fractions are cut off.
torch::Tensor in_8_bits(const torch::Tensor& frame) {
    return frame.clamp(-1, 1)
        .add(1)
        .div(2)
        .mul(255)
        .to(torch::kUInt8)
        .to(torch::kFloat32)
        .div(255)
        .mul(2)
        .sub(1);
}

}  // namespace

Denoiser::Denoiser(const DenoiserConfig& config, WeightSource& weights) : config_(config) {
    const DenoiserConfig& c = config_;
    c.check();
    const std::string name = "inner_model.";
    const bool upsampler = c.upsampling_factor > 0;
    noise_emb_ = weights.take(name + "noise_emb.weight", {1, c.cond_channels / 2}).to(torch::kFloat32);
    if (c.noise_previous_obs)
        noise_cond_emb_ =
            weights.take(name + "noise_cond_emb.weight", {1, c.cond_channels / 2}).to(torch::kFloat32);
    if (!upsampler) {
        act_emb_ = weights.take(name + "act_emb.0.weight",
                                {c.num_actions, c.cond_channels / c.num_steps_conditioning});
    }
    cond_proj_0_ = Linear(weights, name + "cond_proj.0", c.cond_channels, c.cond_channels);
    cond_proj_2_ = Linear(weights, name + "cond_proj.2", c.cond_channels, c.cond_channels);
    const int64_t frames = c.num_steps_conditioning + 1 + (upsampler ? 1 : 0);
    conv_in_ = same_conv(weights, name + "conv_in", frames * c.img_channels, c.channels[0], 3);
    unet_.emplace(weights, name + "unet", c.cond_channels, c.depths, c.channels, c.attn_depths);
    norm_out_ = GroupNorm(weights, name + "norm_out", c.channels[0]);
    conv_out_ = same_conv(weights, name + "conv_out", c.channels[0], c.img_channels, 3);
}

torch::Tensor Denoiser::inner(const torch::Tensor& noisy, const torch::Tensor& c_noise,
                              const torch::Tensor& c_noise_cond, const torch::Tensor& context,
                              const torch::Tensor& actions) const {
    auto embedded = fourier(c_noise, noise_emb_);
    if (noise_cond_emb_.defined()) embedded = embedded + fourier(c_noise_cond, noise_cond_emb_);
    embedded = embedded.to(options());
    if (act_emb_.defined()) embedded = embedded + actions.to(options()).matmul(act_emb_).flatten(1);
    const auto cond = cond_proj_2_(torch::silu(cond_proj_0_(embedded)));
    const auto x =
        torch::cat({context, noisy}, 1).to(options()).contiguous(torch::MemoryFormat::ChannelsLast);
    return conv_out_(torch::silu(norm_out_((*unet_)(conv_in_(x), cond)))).to(torch::kFloat32);
}

torch::Tensor Denoiser::denoise(const torch::Tensor& x, double level, const std::optional<double>& sigma_cond,
                                const torch::Tensor& context, const torch::Tensor& actions) const {
    const double data = config_.sigma_data;
    const double sigma = std::hypot(level, config_.sigma_offset_noise);
    const double c_in = 1 / std::hypot(sigma, data);
    const double c_skip = data * data / (sigma * sigma + data * data);
    const double c_out = sigma * std::sqrt(c_skip);
    const auto numbers = torch::TensorOptions(torch::kFloat32).device(x.device());
    const auto c_noise = torch::full({x.size(0)}, std::log(sigma) / 4, numbers);
    const auto c_noise_cond = torch::full({x.size(0)}, sigma_cond ? std::log(*sigma_cond) / 4 : 0, numbers);
    const auto output = inner(x * c_in, c_noise, c_noise_cond, context / data, actions);
    return in_8_bits(c_skip * x + c_out * output);
}

}  // namespace rv::world_model::families::diamond
