#include "world_model/decoder/diffusion.h"

#include "world_model/nn/embedding.h"

namespace rv::world_model {
namespace {

constexpr int64_t kNoiseFeatures = 64;

}  // namespace

DiffusionDecoderImpl::DiffusionDecoderImpl(const DiffusionDecoderConfig& config) : config_(config) {
    const int64_t pixels = 3 * config.patch * config.patch;
    const int64_t remembered = config.remembers ? pixels + 1 : 0;
    unet_ = register_module(
        "unet", nn::UNet(config.unet, 2 * pixels + config.latent_channels + remembered, pixels, config.cond));
    noise_ = register_module("noise", torch::nn::Linear(kNoiseFeatures, config.cond));
    mix_ = register_module("mix", torch::nn::Linear(config.cond, config.cond));
    detail_std_ = register_buffer("detail_std", torch::ones({1}));
}

torch::Tensor DiffusionDecoderImpl::memory(const torch::Tensor& large, const PaintedBefore& before) const {
    const int64_t B = large.size(0), H = large.size(2) / config_.patch, W = large.size(3) / config_.patch;
    if (!before.shown.defined())
        return torch::zeros({B, 3 * config_.patch * config_.patch + 1, H, W}, large.options());
    const auto validity = before.validity.to(large.options());
    const auto known = validity.repeat_interleave(config_.enlarge, 2).repeat_interleave(config_.enlarge, 3);
    const auto difference = (before.shown.to(large.options()) - large) * known;
    return torch::cat(
        {torch::pixel_unshuffle(difference, config_.patch), torch::avg_pool2d(known, config_.patch)}, 1);
}

Network DiffusionDecoderImpl::bind(const torch::Tensor& latents, const torch::Tensor& large,
                                   const PaintedBefore& before) {
    const auto dtype = noise_->weight.scalar_type();
    const int64_t enlarge = config_.enlarge * config_.latent_downscale / config_.patch;
    const auto grid = latents.to(dtype).repeat_interleave(enlarge, 2).repeat_interleave(enlarge, 3);
    auto known = torch::cat({torch::pixel_unshuffle(large.to(dtype), config_.patch), grid}, 1);
    if (config_.remembers) known = torch::cat({known, memory(large, before).to(dtype)}, 1);
    return [=, this](const torch::Tensor& x, const torch::Tensor& c_noise) {
        const auto y = mix_(torch::silu(noise_(nn::sinusoidal(c_noise, kNoiseFeatures).to(dtype))));
        const auto patches = torch::pixel_unshuffle(x.to(dtype), config_.patch);
        const auto input = torch::cat({patches, known}, 1).contiguous(torch::MemoryFormat::ChannelsLast);
        return torch::pixel_shuffle(unet_(input, y), config_.patch);
    };
}

torch::Tensor DiffusionDecoderImpl::enlarged(const torch::Tensor& draft) const {
    if (config_.enlarge == 1) return draft.to(torch::kFloat32);
    namespace F = torch::nn::functional;
    return F::interpolate(
        draft.to(torch::kFloat32),
        F::InterpolateFuncOptions()
            .size(std::vector<int64_t>{draft.size(2) * config_.enlarge, draft.size(3) * config_.enlarge})
            .mode(torch::kBicubic)
            .align_corners(false));
}

torch::Tensor DiffusionDecoderImpl::loss(const torch::Tensor& latents, const torch::Tensor& draft,
                                         const PaintedBefore& before, const torch::Tensor& frames,
                                         const Draws& draws) {
    const auto scale = detail_std_.to(torch::kFloat32) / config_.edm.sigma_data;
    const auto large = enlarged(draft);
    return edm_loss(config_.edm, bind(latents, large, before), (frames - large) / scale, draws);
}

torch::Tensor DiffusionDecoderImpl::decode(const torch::Tensor& latent, const Decoded& decoded,
                                           const PaintedBefore& before, int steps, Noise noise) {
    torch::NoGradGuard no_grad;
    const auto large = enlarged(decoded.frame);
    const auto scale = detail_std_.to(torch::kFloat32) / config_.edm.sigma_data;
    const auto unit = noise.normal(large.sizes(), large.device());
    const auto detail = sample_euler(config_.edm, bind(latent, large, before), unit, steps);
    return (large + scale * detail).clamp(-1, 1);
}

void DiffusionDecoderImpl::set_detail_std(double std) {
    torch::NoGradGuard no_grad;
    detail_std_.fill_(std);
}

}  // namespace rv::world_model
