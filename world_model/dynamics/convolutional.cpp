#include "world_model/dynamics/convolutional.h"

namespace rv::world_model {
namespace {

// No true latent is as far from the mean, in standard deviations; a rollout that errs must not run away.
constexpr double kWidestLatent = 8;

}  // namespace

ConvolutionalDynamicsImpl::ConvolutionalDynamicsImpl(const ConvolutionalDynamicsConfig& config)
    : config_(config), embedding_(*this, config.cond, config.text) {
    const int64_t C = config.latent_channels;
    // noisy residual, context, reprojected latent, its validity, rays
    const int64_t in = C + config.context_frames * C + C + 1 + 6;
    unet_ = register_module("unet", nn::UNet(config.unet, in, C, config.cond));
    ego_ = register_module("ego", EgoHead(C, static_cast<int64_t>(kActionSize)));
    residual_std_ = register_buffer("residual_std", torch::ones({1, C, 1, 1}));
}

Network ConvolutionalDynamicsImpl::bind(const DynamicsBatch& batch) {
    const auto dtype = embedding_.dtype();
    const auto embed = embedding_.bind(batch);
    const auto input = torch::cat({batch.context.flatten(1, 2), batch.warped, batch.validity, batch.rays}, 1)
                           .to(dtype, false, false, torch::MemoryFormat::ChannelsLast);
    return [=, this](const torch::Tensor& x, const torch::Tensor& c_noise) {
        return unet_(torch::cat({x.to(dtype), input}, 1).contiguous(torch::MemoryFormat::ChannelsLast),
                     embed(c_noise));
    };
}

torch::Tensor ConvolutionalDynamicsImpl::loss(DynamicsBatch batch, const torch::Tensor& next,
                                              const Draws& draws) {
    const auto scale = residual_std_.to(torch::kFloat32) / config_.edm.sigma_data;
    add_context_noise(batch, draws);
    // The base is what will be known at run time: the noised context.
    const auto clean = (next - residual_base(batch)) / scale;
    return edm_loss(config_.edm, bind(batch), clean, draws);
}

torch::Tensor ConvolutionalDynamicsImpl::sample(DynamicsBatch batch, const SamplerSettings& sampler,
                                                Noise noise) {
    const auto scale = residual_std_.to(torch::kFloat32) / config_.edm.sigma_data;
    add_context_noise(batch, noise);
    const auto anchor = residual_base(batch);
    const auto unit = noise.normal(anchor.sizes(), anchor.device());
    const Network network =
        sampler.guidance == 1 ? bind(batch) : guided(bind(with_unprompted(batch)), sampler.guidance);
    const auto residual = sample_euler(config_.edm, network, unit, sampler.steps);
    return (anchor + residual_gain(batch, sampler.trust) * scale * residual)
        .clamp(-kWidestLatent, kWidestLatent);
}

void ConvolutionalDynamicsImpl::set_residual_std(const torch::Tensor& std) {
    torch::NoGradGuard no_grad;
    residual_std_.copy_(std.reshape({1, -1, 1, 1}));
}

DynamicsState ConvolutionalDynamicsImpl::begin(const torch::Tensor& latent) const {
    // Before the first frame nothing moved: the window is full of it.
    return {
        {"context", latent.to(torch::kFloat32).unsqueeze(1).repeat({1, config_.context_frames, 1, 1, 1})}};
}

torch::Tensor ConvolutionalDynamicsImpl::step(DynamicsState& state, const Conditions& conditions,
                                              const SamplerSettings& sampler, Noise noise) {
    torch::NoGradGuard no_grad;
    const DynamicsBatch batch =
        batch_of(state.at("context"), conditions, sampler.context_noise, text_features().size());
    const torch::Tensor next = sample(batch, sampler, noise);
    append(state, next);
    return next;
}

void ConvolutionalDynamicsImpl::append(DynamicsState& state, const torch::Tensor& latent) const {
    torch::Tensor& context = state.at("context");
    context = torch::cat({context.slice(1, 1), latent.to(context.options()).unsqueeze(1)}, 1);
}

CameraPose ConvolutionalDynamicsImpl::motion(const DynamicsState& state, const Action& action,
                                             const CameraPose& last, glm::vec3 up) {
    torch::NoGradGuard no_grad;
    return ego_->predict(state.at("context").select(1, -1), action, last, up);
}

torch::Tensor ConvolutionalDynamicsImpl::motion_code(const DynamicsState& state, const torch::Tensor& action,
                                                     const torch::Tensor& last, const torch::Tensor& up) {
    torch::NoGradGuard no_grad;
    return ego_->forward(state.at("context").select(1, -1).to(embedding_.dtype()), action, last, up);
}

}  // namespace rv::world_model
