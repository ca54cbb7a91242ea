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
                       int64_t text_size) {
    const auto options = context.options();
    const int64_t C = context.size(2), h = context.size(3), w = context.size(4);

    DynamicsBatch batch;
    batch.context = context;
    batch.warped = given_or_zeros("the reprojection", conditions.warped, {1, C, h, w}, options);
    batch.validity = given_or_zeros("its validity", conditions.validity, {1, 1, h, w}, options);
    batch.rays = given_or_zeros("the camera rays", conditions.rays, {1, 6, h, w}, options);
    batch.action =
        given_or_zeros("the action", conditions.action, {1, static_cast<int64_t>(kActionSize)}, options);
    batch.context_noise = torch::full({1}, std::max(context_noise, kMinContextNoise), options);
    batch.text = given_or_zeros("the prompt", conditions.text, {1, text_size}, options);
    return batch;
}

void add_context_noise(DynamicsBatch& batch, const Noise& noise) {
    const auto device = batch.context.device();
    const auto sigma = batch.context_noise.to(torch::kFloat32);
    batch.context =
        batch.context + sigma.reshape({-1, 1, 1, 1, 1}) * noise.normal(batch.context.sizes(), device);
    batch.warped = batch.warped + sigma.reshape({-1, 1, 1, 1}) * noise.normal(batch.warped.sizes(), device);
}

torch::Tensor action_tensor(const Action& action) {
    const auto values = action.values();
    return torch::tensor(at::ArrayRef<float>(values.data(), values.size())).unsqueeze(0);
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
