#pragma once
/// A diffusion-forcing transformer with a long memory.
///
/// Like the convolutional dynamics it denoises the residual of the next latent against the last frame
/// reprojected into the next camera. Where that one has a few past latents stacked up, this one attends to
/// all frames of a window and to the very first. In training every frame of a window has a noise level of its
/// own and all are predicted at once (Chen et al. 2024, "Diffusion Forcing"); at run time past frames are
/// kept at a small fixed level, so that their keys and values are computed once and lie in a ring. A frame
/// costs the same whether it is the tenth or the ten thousandth: one pass of the network a denoising step,
/// because the sampler ends at the level of past frames, so that its last pass is the one that remembers.

#include "world_model/dynamics/dynamics_batch.h"
#include "world_model/dynamics/ego_head.h"
#include "world_model/dynamics/step_embedding.h"
#include "world_model/nn/space_time.h"
#include "world_model/sampling/edm.h"

namespace rv::world_model {

struct TransformerDynamicsConfig {
    int64_t latent_channels = 16;
    int64_t cond = 128;  ///< size of the vector that modulates every block
    nn::SpaceTimeConfig transformer;
    TextEncoderConfig text;
    EdmConfig edm;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(TransformerDynamicsConfig, latent_channels, cond, transformer,
                                                text, edm)

/// State: "last" (1, C, h, w) float32, the newest latent, and the tensors of its KeyValueRing, "keys",
/// "values", "sink_keys" and "frames", written in place.
class TransformerDynamicsImpl : public torch::nn::Module, public Dynamics {
  public:
    /// @throws UsageError naming the value that makes no sense.
    explicit TransformerDynamicsImpl(const TransformerDynamicsConfig& config);

    [[nodiscard]] DynamicsState begin(const torch::Tensor& latent) const override;
    /// @throws Error if a condition does not fit the latents.
    torch::Tensor step(DynamicsState& state, const Conditions& conditions, const SamplerSettings& sampler,
                       Noise noise) override;
    /// What led to the latent is not known: training shows such frames too. @throws Error for another shape.
    void append(DynamicsState& state, const torch::Tensor& latent) const override;
    CameraPose motion(const DynamicsState& state, const Action& action, const CameraPose& last,
                      glm::vec3 up) override;
    [[nodiscard]] torch::Tensor motion_code(const DynamicsState& state, const torch::Tensor& action,
                                            const torch::Tensor& last, const torch::Tensor& up) override;

    /// The diffusion loss of every frame of B windows of T frames; draws and adds the context's noise.
    /// @param batch B T rows, window by window; its context is each frame's last one, (B T, 1, C, h, w),
    /// clean
    /// @param frames (B T, C, h, w)  @param sigma (B T) noise levels  @return (B T)
    torch::Tensor losses(DynamicsBatch batch, const torch::Tensor& frames, const torch::Tensor& sigma,
                         int64_t T, const Draws& draws);
    using Pass = std::function<torch::Tensor(const torch::Tensor& x, const torch::Tensor& y)>;
    /// The network as the sampler sees it; `pass` is one of the transformer's three ways.
    [[nodiscard]] Network bind(const DynamicsBatch& batch, Pass pass) const;
    void set_residual_std(const torch::Tensor& std);  ///< (C)

    [[nodiscard]] nn::SpaceTimeTransformer transformer() const { return transformer_; }
    EgoHead& ego() { return ego_; }
    [[nodiscard]] TextFeatures& text_features() const override { return embedding_.text_features(); }
    [[nodiscard]] const TransformerDynamicsConfig& config() const { return config_; }

  private:
    /// Leaves a frame in the open ring, at the context's noise level. @param residual (1, C, h, w)
    void remember(const DynamicsBatch& batch, const torch::Tensor& residual, nn::KeyValueRing& ring,
                  Noise noise) const;
    [[nodiscard]] torch::Tensor scale() const;  // of the residual over the diffusion's data: (1, C, 1, 1)

    TransformerDynamicsConfig config_;
    StepEmbedding embedding_;
    nn::SpaceTimeTransformer transformer_{nullptr};
    EgoHead ego_{nullptr};
    torch::Tensor residual_std_;  // (1, C, 1, 1)
};
TORCH_MODULE(TransformerDynamics);

}  // namespace rv::world_model
