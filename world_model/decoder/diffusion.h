#pragma once
/// A few-step diffusion decoder: denoises the detail that the tokenizer's own decoder, trained on mean error,
/// leaves out, at its resolution or at a multiple of it. Conditioned on that decoder's frame, on the latent
/// and, if it remembers, on what was painted before. After the diffusion decoders of DALL-E 3's consistency
/// decoder (2023) and Cosmos (2025, Sec. 5.2).

#include <nlohmann/json.hpp>

#include "world_model/decoder/decoder.h"
#include "world_model/nn/unet.h"
#include "world_model/sampling/edm.h"

namespace rv::world_model {

struct DiffusionDecoderConfig {
    int64_t latent_channels = 16;
    int64_t patch = 4;             ///< pixels a side folded into channels
    int64_t latent_downscale = 8;  ///< of the tokenizer
    int64_t enlarge = 1;           ///< see Decoder::enlarges
    bool remembers = false;        ///< see Decoder::remembers
    int64_t cond = 128;
    nn::UNetConfig unet = {{64, 128}, 1, false};
    EdmConfig edm;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(DiffusionDecoderConfig, latent_channels, patch,
                                                latent_downscale, enlarge, remembers, cond, unet, edm)

class DiffusionDecoderImpl : public torch::nn::Module, public Decoder {
  public:
    explicit DiffusionDecoderImpl(const DiffusionDecoderConfig& config);
    [[nodiscard]] int64_t enlarges() const override { return config_.enlarge; }
    [[nodiscard]] bool remembers() const override { return config_.remembers; }
    torch::Tensor decode(const torch::Tensor& latent, const Decoded& decoded, const PaintedBefore& before,
                         int steps, Noise noise) override;

    /// @param latents (B, C, h, w)  @param draft (B, 3, H, W) the tokenizer's
    /// @param frames (B, 3, enlarge H, enlarge W) the truth
    torch::Tensor loss(const torch::Tensor& latents, const torch::Tensor& draft, const PaintedBefore& before,
                       const torch::Tensor& frames, const Draws& draws);
    /// The network as the sampler sees it. @param large see enlarged()
    Network bind(const torch::Tensor& latents, const torch::Tensor& large, const PaintedBefore& before);
    /// The draft at the size that is painted, bicubic: what the detail is added to.
    [[nodiscard]] torch::Tensor enlarged(const torch::Tensor& draft) const;
    void set_detail_std(double std);  ///< of (truth - enlarged draft), measured on data
    [[nodiscard]] const DiffusionDecoderConfig& config() const { return config_; }

  private:
    /// How what was painted before differs from the enlarged draft (0 where nothing is known), and how much
    /// of each patch is known: (B, 3 patch^2 + 1, H', W').
    [[nodiscard]] torch::Tensor memory(const torch::Tensor& large, const PaintedBefore& before) const;

    DiffusionDecoderConfig config_;
    nn::UNet unet_{nullptr};
    torch::nn::Linear noise_{nullptr}, mix_{nullptr};
    torch::Tensor detail_std_;  // (1)
};
TORCH_MODULE(DiffusionDecoder);

}  // namespace rv::world_model
