#include "world_model/decoder/diffusion.h"

#include "world_model/nn/embedding.h"

namespace rv::world_model {
namespace {

constexpr int64_t kNoiseFeatures = 64;

}  // namespace

DiffusionDecoderImpl::DiffusionDecoderImpl(const DiffusionDecoderConfig& config) : config_(config) {
    const int64_t pixels = 3 * config.patch * config.patch;
    unet_ = register_module("unet",
                            nn::UNet(config.unet, 2 * pixels + config.latent_channels, pixels, config.cond));
    noise_ = register_module("noise", torch::nn::Linear(kNoiseFeatures, config.cond));
    mix_ = register_module("mix", torch::nn::Linear(config.cond, config.cond));
    detail_std_ = register_buffer("detail_std", torch::ones({1}));
}

Network DiffusionDecoderImpl::bind(const torch::Tensor& latents, const torch::Tensor& draft) {
    const auto dtype = noise_->weight.scalar_type();
    const int64_t enlarge = config_.enlarge * config_.latent_downscale / config_.patch;
    const auto grid = latents.to(dtype).repeat_interleave(enlarge, 2).repeat_interleave(enlarge, 3);
    const auto known = torch::cat({torch::pixel_unshuffle(draft.to(dtype), config_.patch), grid}, 1);
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
                                         const torch::Tensor& frames, torch::Generator generator) {
    const auto scale = detail_std_.to(torch::kFloat32) / config_.edm.sigma_data;
    const auto large = enlarged(draft);
    return edm_loss(config_.edm, bind(latents, large), (frames - large) / scale, generator);
}

torch::Tensor DiffusionDecoderImpl::decode(const torch::Tensor& latent, const Decoded& decoded, int steps,
                                           torch::Generator generator) {
    torch::NoGradGuard no_grad;
    const auto draft = enlarged(decoded.frame);
    const auto scale = detail_std_.to(torch::kFloat32) / config_.edm.sigma_data;
    const auto noise = torch::randn(draft.sizes(), generator).to(draft.device());
    const auto detail = sample_euler(config_.edm, bind(latent, draft), noise, steps);
    return (draft + scale * detail).clamp(-1, 1);
}

void DiffusionDecoderImpl::set_detail_std(double std) {
    torch::NoGradGuard no_grad;
    detail_std_.fill_(std);
}

}  // namespace rv::world_model
