#pragma once
/// A convolutional diffusion model over a short window of latents: cheap on CPUs.
///
/// It denoises the residual of the next latent against the last frame reprojected into the next camera (where
/// that is unknown: against the last latent), after the window, the noised context whose level it is told
/// (Alonso et al. 2024, DIAMOND; Valevski et al. 2024, GameNGen), camera rays, action and prompt.

#include "world_model/dynamics/dynamics_batch.h"
#include "world_model/dynamics/ego_head.h"
#include "world_model/dynamics/step_embedding.h"
#include "world_model/nn/unet.h"
#include "world_model/sampling/edm.h"

namespace rv::world_model {

struct ConvolutionalDynamicsConfig {
    int64_t latent_channels = 16;
    int64_t context_frames = 4;
    int64_t cond = 256;  ///< size of the vector that modulates every block
    nn::UNetConfig unet;
    TextEncoderConfig text;
    EdmConfig edm;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ConvolutionalDynamicsConfig, latent_channels, context_frames,
                                                cond, unet, text, edm)

class ConvolutionalDynamicsImpl : public torch::nn::Module, public Dynamics {
  public:
    explicit ConvolutionalDynamicsImpl(const ConvolutionalDynamicsConfig& config);

    [[nodiscard]] DynamicsState begin(const torch::Tensor& latent) const override;
    torch::Tensor step(DynamicsState& state, const Conditions& conditions, const SamplerSettings& sampler,
                       Noise noise) override;
    void append(DynamicsState& state, const torch::Tensor& latent) const override;
    CameraPose motion(const DynamicsState& state, const Action& action, const CameraPose& last,
                      glm::vec3 up) override;
    [[nodiscard]] torch::Tensor motion_code(const DynamicsState& state, const torch::Tensor& action,
                                            const torch::Tensor& last, const torch::Tensor& up) override;

    /// The diffusion loss of `next` (B, C, h, w) after a clean batch; draws and adds the context's noise.
    torch::Tensor loss(DynamicsBatch batch, const torch::Tensor& next, const Draws& draws);
    /// Draws the next latent; adds noise of batch.context_noise to the context first.
    torch::Tensor sample(DynamicsBatch batch, const SamplerSettings& sampler, Noise noise);
    /// The network as the sampler sees it.
    Network bind(const DynamicsBatch& batch);
    void set_residual_std(const torch::Tensor& std);  ///< (C)

    EgoHead& ego() { return ego_; }
    [[nodiscard]] TextFeatures& text_features() const override { return embedding_.text_features(); }
    [[nodiscard]] const ConvolutionalDynamicsConfig& config() const { return config_; }

  private:
    ConvolutionalDynamicsConfig config_;
    nn::UNet unet_{nullptr};
    StepEmbedding embedding_;
    EgoHead ego_{nullptr};
    torch::Tensor residual_std_;  // (1, C, 1, 1)
};
TORCH_MODULE(ConvolutionalDynamics);

}  // namespace rv::world_model
