#include "world_model/dynamics/dynamics_batch.h"

#include "engine/core/error.h"

namespace rv::world_model {
namespace {

torch::Tensor given_or_zeros(const char* name, const torch::Tensor& given, torch::IntArrayRef shape,
                             const torch::TensorOptions& options) {
    if (!given.defined()) return torch::zeros(shape, options);
    if (given.sizes() != shape) {
        std::ostringstream text;
        text << name << " has the shape " << given.sizes() << ", its dynamics needs " << shape;
        throw Error(text.str());
    }
    return given;
}

}  // namespace

DynamicsBatch batch_of(const torch::Tensor& context, const Conditions& conditions, double context_noise,
                       TextFeatures& features) {
    const auto device = context.device();
    const auto options = context.options();
    const int64_t C = context.size(2), h = context.size(3), w = context.size(4);
    const auto values = conditions.action.values();

    DynamicsBatch batch;
    batch.context = context;
    batch.warped = given_or_zeros("the reprojection", conditions.warped, {1, C, h, w}, options);
    batch.validity = given_or_zeros("its validity", conditions.validity, {1, 1, h, w}, options);
    batch.rays = given_or_zeros("the camera rays", conditions.rays, {1, 6, h, w}, options);
    batch.action = torch::tensor(at::ArrayRef<float>(values.data(), values.size())).unsqueeze(0).to(device);
    batch.context_noise = torch::full({1}, std::max(context_noise, kMinContextNoise), options);
    batch.text = blended(features, conditions.prompt, conditions.fade).unsqueeze(0).to(device);
    return batch;
}

void add_context_noise(DynamicsBatch& batch, torch::Generator generator) {
    const auto device = batch.context.device();
    const auto sigma = batch.context_noise.to(torch::kFloat32);
    batch.context = batch.context + sigma.reshape({-1, 1, 1, 1, 1}) *
                                        torch::randn(batch.context.sizes(), generator).to(device);
    batch.warped = batch.warped +
                   sigma.reshape({-1, 1, 1, 1}) * torch::randn(batch.warped.sizes(), generator).to(device);
}

DynamicsBatch with_unprompted(const DynamicsBatch& batch) {
    const auto twice = [](const torch::Tensor& t) { return torch::cat({t, t}); };
    return {.context = twice(batch.context),
            .warped = twice(batch.warped),
            .validity = twice(batch.validity),
            .rays = twice(batch.rays),
            .action = twice(batch.action),
            .context_noise = twice(batch.context_noise),
            .text = torch::cat({batch.text, torch::zeros_like(batch.text)})};
}

torch::Tensor residual_gain(const DynamicsBatch& batch, double trust) {
    return 1 - trust * batch.validity;
}

torch::Tensor residual_base(const DynamicsBatch& batch) {
    const auto last = batch.context.select(1, -1);
    return last + batch.validity * (batch.warped - last);
}

}  // namespace rv::world_model
