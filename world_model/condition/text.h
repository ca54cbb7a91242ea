#pragma once
/// Prompts as numbers.

#include <torch/torch.h>

#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

namespace rv::world_model {

struct TextEncoderConfig {
    int64_t buckets = 2048;  ///< hashed words and word pairs
    int64_t width = 64;
    int64_t out = 128;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(TextEncoderConfig, buckets, width, out)

/// Lower-case words and pairs of neighbouring words, hashed (FNV-1a) into [0, buckets). The "hashing trick"
/// of Joulin et al. 2017, Sec. 2.2.
std::vector<int64_t> hash_words(std::string_view text, int64_t buckets);

/// Bag of hashed words -> vector; learned together with the model that it steers.
class TextEncoderImpl : public torch::nn::Module {
  public:
    explicit TextEncoderImpl(const TextEncoderConfig& config);
    /// @param bags (N) concatenated bucket indices of B texts  @param offsets (B) where each text begins in
    /// bags
    /// @return (B, out); an empty text gives what was learned for "no prompt"
    torch::Tensor forward(const torch::Tensor& bags, const torch::Tensor& offsets);
    torch::Tensor encode(const std::vector<std::string_view>& texts, torch::Device device);
    [[nodiscard]] const TextEncoderConfig& config() const { return config_; }

  private:
    TextEncoderConfig config_;
    torch::nn::EmbeddingBag words_{nullptr};
    torch::nn::Sequential mlp_;
};
TORCH_MODULE(TextEncoder);

}  // namespace rv::world_model
