#pragma once
/// The project's own Cosmos tokenizer: the architecture of NVIDIA, "Cosmos World Foundation Model Platform
/// for Physical AI", arXiv:2501.03575, section 4, to be trained here. The published weights come as
/// TorchScript, for which see torchscript.h.

#include <optional>

#include "world_model/tokenizer/cosmos/fsq.h"
#include "world_model/tokenizer/cosmos/network.h"
#include "world_model/tokenizer/video_tokenizer.h"

namespace rv::world_model {

using CosmosTokenizerConfig = cosmos::TokenizerConfig;

/// Latents of a discrete one are its codes, brought to mean 0 and standard deviation 1 as others are; what it
/// decodes is first brought back to the nearest codes.
class CosmosTokenizerImpl : public torch::nn::Module, public VideoTokenizer {
  public:
    /// @throws UsageError naming the value that makes no sense.
    explicit CosmosTokenizerImpl(const CosmosTokenizerConfig& config);

    [[nodiscard]] int64_t latent_channels() const override { return config_.code_channels(); }
    [[nodiscard]] int64_t downscale() const override { return config_.space; }
    [[nodiscard]] int64_t frames_per_latent() const override { return config_.time; }
    torch::Tensor encode_video(const torch::Tensor& video) override;
    torch::Tensor decode_video(const torch::Tensor& latents) override;

    /// The network's own code before it is normalised; quantised, with a straight-through gradient, if it is
    /// discrete.
    torch::Tensor encode_raw(const torch::Tensor& video);
    torch::Tensor decode_raw(const torch::Tensor& code);
    /// Of a discrete one. @param video as for encode_video  @return (B, 1 + n, h, w) int32
    torch::Tensor indices(const torch::Tensor& video);
    torch::Tensor decode_indices(const torch::Tensor& indices);
    /// Fixes mean and standard deviation (C) of the code, measured on data.
    void set_latent_statistics(const torch::Tensor& mean, const torch::Tensor& std);

    [[nodiscard]] const CosmosTokenizerConfig& config() const { return config_; }

  private:
    CosmosTokenizerConfig config_;
    std::optional<cosmos::Fsq> quantiser_;
    cosmos::Encoder encoder_{nullptr};
    cosmos::Decoder decoder_{nullptr};
    torch::Tensor latent_mean_, latent_std_;  // (1, C, 1, 1, 1)
};
TORCH_MODULE(CosmosTokenizer);

}  // namespace rv::world_model
