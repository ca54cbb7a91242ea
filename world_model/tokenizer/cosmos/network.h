#pragma once
/// Encoder and decoder of a Cosmos tokenizer, between films and what its bottleneck gets.

#include <torch/torch.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "world_model/tokenizer/cosmos/layers.h"

namespace rv::world_model::cosmos {

/// Sizes of the published tokenizers are the defaults; arXiv:2501.03575, section 4.
struct TokenizerConfig {
    int64_t time = 8;                                  ///< frames in one latent, beside the first: 4 or 8
    int64_t space = 8;                                 ///< pixels a side in one latent: 8 or 16
    std::string bottleneck = "continuous";             ///< or "discrete"
    int64_t latent_channels = 16;                      ///< of a continuous bottleneck
    std::vector<int64_t> levels = {8, 8, 8, 5, 5, 5};  ///< of a discrete one, a channel each
    int64_t channels = 128;
    std::vector<int64_t> multipliers = {2, 4, 4};  ///< of `channels`, a stage each; stages are halved between
    int64_t blocks = 2;                            ///< residual ones in a stage

    [[nodiscard]] bool discrete() const { return bottleneck == "discrete"; }
    /// Of a latent.
    [[nodiscard]] int64_t code_channels() const {
        return discrete() ? static_cast<int64_t>(levels.size()) : latent_channels;
    }
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(TokenizerConfig, time, space, bottleneck, latent_channels,
                                                levels, channels, multipliers, blocks)

/// @throws UsageError naming the value that makes no sense.
void check(const TokenizerConfig& config);

class EncoderImpl : public torch::nn::Module {
  public:
    explicit EncoderImpl(const TokenizerConfig& config);
    /// @param video (B, 3, 1 + time n, H, W)  @return (B, code channels, 1 + n, H / space, W / space)
    torch::Tensor forward(const torch::Tensor& video);

  private:
    CausalConv in_{nullptr}, out_{nullptr};
    torch::nn::ModuleList stages_, middle_;  // of residual blocks and, between, what makes them smaller
    torch::nn::GroupNorm norm_{nullptr};
};
TORCH_MODULE(Encoder);

class DecoderImpl : public torch::nn::Module {
  public:
    explicit DecoderImpl(const TokenizerConfig& config);
    /// The opposite. Values near [-1, 1], not clamped.
    torch::Tensor forward(const torch::Tensor& code);

  private:
    CausalConv in_{nullptr}, out_{nullptr};
    torch::nn::ModuleList middle_, stages_;
    torch::nn::GroupNorm norm_{nullptr};
};
TORCH_MODULE(Decoder);

}  // namespace rv::world_model::cosmos
