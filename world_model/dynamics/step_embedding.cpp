#include "world_model/dynamics/step_embedding.h"

#include "world_model/nn/embedding.h"
#include "world_model/sampling/edm.h"

namespace rv::world_model {
namespace {

constexpr int64_t kNoiseFeatures = 64;

}  // namespace

StepEmbedding::StepEmbedding(torch::nn::Module& owner, int64_t cond, const TextEncoderConfig& text) {
    text_ = owner.register_module("text", TextEncoder(text));
    noise_ = owner.register_module("noise", torch::nn::Linear(kNoiseFeatures, cond));
    context_noise_ = owner.register_module("context_noise", torch::nn::Linear(kNoiseFeatures, cond));
    action_ = owner.register_module("action", torch::nn::Linear(kActionSize, cond));
    mix_ = owner.register_module("mix", torch::nn::Linear(2 * cond + text.out, cond));
}

std::function<torch::Tensor(const torch::Tensor&)> StepEmbedding::bind(const DynamicsBatch& batch) const {
    const auto type = dtype();
    const auto action = action_.ptr()->forward(batch.action.to(type));
    const auto level = nn::sinusoidal(noise_label(batch.context_noise), kNoiseFeatures).to(type);
    const auto known = context_noise_.ptr()->forward(level) + action;  // (B, cond)
    const auto text = text_.ptr()->forward(batch.text.to(type));
    return [type, known, text, noise = noise_.ptr(), mix = mix_.ptr()](const torch::Tensor& c_noise) {
        const auto label = noise->forward(nn::sinusoidal(c_noise, kNoiseFeatures).to(type));
        return mix->forward(torch::silu(torch::cat({label, known, text}, 1)));
    };
}

}  // namespace rv::world_model
