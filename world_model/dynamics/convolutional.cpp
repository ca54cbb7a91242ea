#include "world_model/dynamics/convolutional.h"

#include "world_model/nn/embedding.h"

namespace rv::world_model {
namespace {

constexpr int64_t kNoiseFeatures = 64;
constexpr double kMinContextNoise = 0.005;  // keeps its logarithm finite

torch::Tensor per_sample(const torch::Tensor& v) {
    return v.reshape({-1, 1, 1, 1});
}

}  // namespace

ConvolutionalDynamicsImpl::ConvolutionalDynamicsImpl(const ConvolutionalDynamicsConfig& config)
    : config_(config) {
    const int64_t C = config.latent_channels;
    // noisy residual, context, reprojected latent, its validity, rays
    const int64_t in = C + config.context_frames * C + C + 1 + 6;
    unet_ = register_module("unet", nn::UNet(config.unet, in, C, config.cond));
    text_ = register_module("text", TextEncoder(config.text));
    noise_ = register_module("noise", torch::nn::Linear(kNoiseFeatures, config.cond));
    context_noise_ = register_module("context_noise", torch::nn::Linear(kNoiseFeatures, config.cond));
    action_ = register_module("action", torch::nn::Linear(kActionSize, config.cond));
    mix_ = register_module("mix", torch::nn::Linear(2 * config.cond + config.text.out, config.cond));
    ego_ = register_module("ego", EgoHead(C, static_cast<int64_t>(kActionSize)));
    residual_std_ = register_buffer("residual_std", torch::ones({1, C, 1, 1}));
}

torch::Tensor ConvolutionalDynamicsImpl::base(const torch::Tensor& last, const torch::Tensor& warped,
                                              const torch::Tensor& validity) {
    return last + validity * (warped - last);
}

Network ConvolutionalDynamicsImpl::bind(const DynamicsBatch& batch) {
    const auto dtype = noise_->weight.scalar_type();
    const auto action = action_(batch.action.to(dtype));
    const auto level = nn::sinusoidal(noise_label(batch.context_noise), kNoiseFeatures).to(dtype);
    const auto known = context_noise_(level) + action;  // (B, cond)
    const auto text = text_(batch.text.to(dtype));
    const auto input = torch::cat({batch.context.flatten(1, 2), batch.warped, batch.validity, batch.rays}, 1)
                           .to(dtype, false, false, torch::MemoryFormat::ChannelsLast);
    return [=, this](const torch::Tensor& x, const torch::Tensor& c_noise) {
        const auto noise = noise_(nn::sinusoidal(c_noise, kNoiseFeatures).to(dtype));
        const auto y = mix_(torch::silu(torch::cat({noise, known, text}, 1)));
        return unet_(torch::cat({x.to(dtype), input}, 1).contiguous(torch::MemoryFormat::ChannelsLast), y);
    };
}

void ConvolutionalDynamicsImpl::add_context_noise(DynamicsBatch& batch, torch::Generator generator) const {
    const auto device = batch.context.device();
    const auto sigma = batch.context_noise.to(torch::kFloat32);
    batch.context = batch.context + sigma.reshape({-1, 1, 1, 1, 1}) *
                                        torch::randn(batch.context.sizes(), generator).to(device);
    batch.warped =
        batch.warped + per_sample(sigma) * torch::randn(batch.warped.sizes(), generator).to(device);
}

torch::Tensor ConvolutionalDynamicsImpl::loss(DynamicsBatch batch, const torch::Tensor& next,
                                              torch::Generator generator) {
    const auto scale = residual_std_.to(torch::kFloat32) / config_.edm.sigma_data;
    add_context_noise(batch, generator);
    // The base is what will be known at run time: the noised context.
    const auto clean = (next - base(batch.context.select(1, -1), batch.warped, batch.validity)) / scale;
    return edm_loss(config_.edm, bind(batch), clean, generator);
}

torch::Tensor ConvolutionalDynamicsImpl::sample(DynamicsBatch batch, int steps, torch::Generator generator) {
    const auto scale = residual_std_.to(torch::kFloat32) / config_.edm.sigma_data;
    add_context_noise(batch, generator);
    const auto anchor = base(batch.context.select(1, -1), batch.warped, batch.validity);
    const auto noise = torch::randn(anchor.sizes(), generator).to(anchor.device());
    return anchor + scale * sample_euler(config_.edm, bind(batch), noise, steps);
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
                                              const SamplerSettings& sampler, torch::Generator generator) {
    torch::NoGradGuard no_grad;
    const torch::Tensor context = state.at("context");
    const auto device = context.device();
    const auto options = context.options();
    const int64_t C = context.size(2), h = context.size(3), w = context.size(4);
    const auto values = conditions.action.values();

    DynamicsBatch batch;
    batch.context = context;
    batch.warped = conditions.warped.defined() ? conditions.warped : torch::zeros({1, C, h, w}, options);
    batch.validity =
        conditions.validity.defined() ? conditions.validity : torch::zeros({1, 1, h, w}, options);
    batch.rays = conditions.rays.defined() ? conditions.rays : torch::zeros({1, 6, h, w}, options);
    batch.action = torch::tensor(at::ArrayRef<float>(values.data(), values.size())).unsqueeze(0).to(device);
    batch.context_noise = torch::full({1}, std::max(sampler.context_noise, kMinContextNoise), options);
    batch.text = text_features().of(conditions.prompt).unsqueeze(0).to(device);

    const torch::Tensor next = sample(batch, sampler.steps, generator);
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
    const auto dtype = noise_->weight.scalar_type();
    const torch::Tensor latent = state.at("context").select(1, -1).to(dtype);
    const auto values = action.values();
    const auto device = latent.device();
    const auto code = ego_->forward(
        latent, torch::tensor(at::ArrayRef<float>(values.data(), values.size())).unsqueeze(0).to(device),
        motion_code(last).unsqueeze(0).to(device), torch::tensor({up.x, up.y, up.z}).unsqueeze(0).to(device));
    return motion_from_code(code[0]);
}

}  // namespace rv::world_model
