#include "world_model/dynamics/transformer.h"

#include "engine/core/error.h"
#include "world_model/numerics.h"

namespace rv::world_model {
namespace {

constexpr uint64_t kAppendSeed = 0x617070656e64;  // of the noise on frames that were not predicted

// Shares the state's tensors.
nn::KeyValueRing ring_of(const DynamicsState& state) {
    return {state.at("keys"), state.at("values"), state.at("sink_keys"), state.at("frames")};
}

}  // namespace

TransformerDynamicsImpl::TransformerDynamicsImpl(const TransformerDynamicsConfig& config)
    : config_(config), embedding_(*this, config.cond, config.text) {
    const int64_t C = config.latent_channels;
    // noisy residual, last latent, reprojected latent, its validity, rays
    const int64_t in = C + C + C + 1 + 6;
    transformer_ =
        register_module("transformer", nn::SpaceTimeTransformer(config.transformer, in, C, config.cond));
    ego_ = register_module("ego", EgoHead(C, static_cast<int64_t>(kActionSize)));
    residual_std_ = register_buffer("residual_std", torch::ones({1, C, 1, 1}));
}

torch::Tensor TransformerDynamicsImpl::scale() const {
    return residual_std_.to(torch::kFloat32) / config_.edm.sigma_data;
}

Network TransformerDynamicsImpl::bind(const DynamicsBatch& batch, Pass pass) const {
    const auto dtype = embedding_.dtype();
    const auto input =
        torch::cat({batch.context.select(1, -1), batch.warped, batch.validity, batch.rays}, 1).to(dtype);
    return [dtype, input, embed = embedding_.bind(batch), pass = std::move(pass)](
               const torch::Tensor& x, const torch::Tensor& c_noise) {
        return pass(torch::cat({x.to(dtype), input}, 1), embed(c_noise));
    };
}

torch::Tensor TransformerDynamicsImpl::losses(DynamicsBatch batch, const torch::Tensor& frames,
                                              const torch::Tensor& sigma, int64_t T, const Draws& draws) {
    add_context_noise(batch, draws);
    const auto clean = (frames - residual_base(batch)) / scale();
    const auto network =
        bind(batch, [this, T](const auto& x, const auto& y) { return transformer_(x, y, T); });
    return edm_losses(config_.edm, network, clean, sigma, draws);
}

void TransformerDynamicsImpl::set_residual_std(const torch::Tensor& std) {
    torch::NoGradGuard no_grad;
    residual_std_.copy_(std.reshape({1, -1, 1, 1}));
}

void TransformerDynamicsImpl::remember(const DynamicsBatch& batch, const torch::Tensor& residual,
                                       nn::KeyValueRing& ring, Noise noise) const {
    const auto sigma = batch.context_noise;
    const auto unit = noise.normal(residual.sizes(), residual.device());
    const auto [x, c_noise] = network_input(config_.edm, noised(residual, sigma, unit), sigma);
    bind(batch, [&, transformer = transformer_.ptr()](const auto& in, const auto& y) {
        transformer->remember(in, y, ring);
        return torch::Tensor();
    })(x, c_noise);
}

DynamicsState TransformerDynamicsImpl::begin(const torch::Tensor& latent) const {
    if (latent.dim() != 4 || latent.size(0) != 1 || latent.size(1) != config_.latent_channels) {
        std::ostringstream text;
        text << "the dynamics begins with a latent (1, " << config_.latent_channels << ", h, w), not "
             << latent.sizes();
        throw Error(text.str());
    }
    const nn::KeyValueRing ring = transformer_->make_ring(1, latent.size(2), latent.size(3));
    DynamicsState state = {{"last", latent.to(torch::kFloat32)},
                           {"keys", ring.keys},
                           {"values", ring.values},
                           {"sink_keys", ring.sink_keys},
                           {"frames", ring.frames}};
    append(state, latent);  // before the first frame nothing moved: its last one is itself
    return state;
}

torch::Tensor TransformerDynamicsImpl::step(DynamicsState& state, const Conditions& conditions,
                                            const SamplerSettings& sampler, Noise noise) {
    torch::NoGradGuard no_grad;
    torch::Tensor& last = state.at("last");
    DynamicsBatch batch =
        batch_of(last.unsqueeze(1), conditions, sampler.context_noise, text_features().size());
    add_context_noise(batch, noise);
    nn::KeyValueRing ring = ring_of(state);
    ring.open_frame();
    const auto network =
        bind(batch, [&](const auto& x, const auto& y) { return transformer_->step(x, y, ring); });
    // The sampler ends at the context's noise level, so that its last pass leaves in the ring what later
    // frames are to see of this one.
    EdmConfig edm = config_.edm;
    edm.sample_sigma_min = std::max(sampler.context_noise, kMinContextNoise);
    const auto unit = noise.normal(last.sizes(), last.device());
    const auto residual = sample_euler(edm, network, unit, sampler.steps);
    if (sampler.steps == 1) remember(batch, residual, ring, noise);
    ring.close_frame();
    last = residual_base(batch) + residual_gain(batch, sampler.trust) * scale() * residual;
    return last;
}

void TransformerDynamicsImpl::append(DynamicsState& state, const torch::Tensor& latent) const {
    torch::NoGradGuard no_grad;
    torch::Tensor& last = state.at("last");
    if (latent.sizes() != last.sizes()) {
        std::ostringstream text;
        text << "a latent of " << latent.sizes() << " cannot follow one of " << last.sizes();
        throw Error(text.str());
    }
    nn::KeyValueRing ring = ring_of(state);
    const auto generator = generator_for(kAppendSeed, static_cast<uint64_t>(ring.frames.item<int64_t>()));
    DynamicsBatch batch =
        batch_of(last.unsqueeze(1), {}, SamplerSettings{}.context_noise, text_features().size());
    add_context_noise(batch, generator);
    ring.open_frame();
    const auto next = latent.to(last.options());
    remember(batch, (next - residual_base(batch)) / scale(), ring, generator);
    ring.close_frame();
    last = next;
}

CameraPose TransformerDynamicsImpl::motion(const DynamicsState& state, const Action& action,
                                           const CameraPose& last, glm::vec3 up) {
    torch::NoGradGuard no_grad;
    return ego_->predict(state.at("last"), action, last, up);
}

torch::Tensor TransformerDynamicsImpl::motion_code(const DynamicsState& state, const torch::Tensor& action,
                                                   const torch::Tensor& last, const torch::Tensor& up) {
    torch::NoGradGuard no_grad;
    return ego_->forward(state.at("last").to(embedding_.dtype()), action, last, up);
}

}  // namespace rv::world_model
