#pragma once
/// A continuous convolutional autoencoder: RGB in, RGB and inverse depth out, 8x smaller a side.

#include <nlohmann/json.hpp>

#include "world_model/nn/blocks.h"
#include "world_model/tokenizer/tokenizer.h"

namespace rv::world_model {

struct ConvolutionalTokenizerConfig {
    int64_t latent_channels = 16;
    int64_t wide_channels = 96;   ///< at a quarter of the resolution
    int64_t deep_channels = 160;  ///< at an eighth
    int64_t wide_blocks = 2, deep_blocks = 3;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ConvolutionalTokenizerConfig, latent_channels, wide_channels,
                                                deep_channels, wide_blocks, deep_blocks)

class ConvolutionalTokenizerImpl : public torch::nn::Module, public Tokenizer {
  public:
    explicit ConvolutionalTokenizerImpl(const ConvolutionalTokenizerConfig& config);

    [[nodiscard]] int64_t latent_channels() const override { return config_.latent_channels; }
    [[nodiscard]] int64_t downscale() const override { return 8; }
    torch::Tensor encode(const torch::Tensor& frames) override;
    Decoded decode(const torch::Tensor& latents) override;

    /// The network's own latent, before it is brought to mean 0 and standard deviation 1.
    torch::Tensor encode_raw(const torch::Tensor& frames);
    Decoded decode_raw(const torch::Tensor& latents);
    /// Fixes mean and standard deviation (C) of the raw latent, measured on data.
    void set_latent_statistics(const torch::Tensor& mean, const torch::Tensor& std);

    [[nodiscard]] const ConvolutionalTokenizerConfig& config() const { return config_; }

  private:
    ConvolutionalTokenizerConfig config_;
    torch::nn::Sequential encoder_, decoder_;
    torch::Tensor latent_mean_, latent_std_;  // (1, C, 1, 1)
};
TORCH_MODULE(ConvolutionalTokenizer);

}  // namespace rv::world_model
