#pragma once
/// The network of the sentence encoder: BERT, with the submodule names of the published checkpoint. For
/// inference: there is no dropout.
///
/// Source: Devlin et al. 2019, "BERT: Pre-training of Deep Bidirectional Transformers", after Vaswani et al.
/// 2017; the small size of Wang et al. 2020, "MiniLM". B texts, T tokens, C channels.

#include <torch/torch.h>

namespace rv::world_model::text {

/// The sizes of all-MiniLM-L6-v2, as its config.json says.
struct BertConfig {
    int64_t vocabulary = 30522;
    int64_t positions = 512;
    int64_t token_types = 2;  ///< first and second text of a pair; only the first is used here
    int64_t channels = 384;
    int64_t hidden = 1536;  ///< inside the feed-forward part
    int64_t heads = 12;
    int64_t layers = 6;
    double layer_norm_eps = 1e-12;
};

class BertImpl : public torch::nn::Module {
  public:
    explicit BertImpl(const BertConfig& config);
    /// @param ids (B, T) int64, T <= config.positions. All T tokens count: there is no padding.
    /// @return    (B, T, C), the last layer's tokens
    torch::Tensor forward(const torch::Tensor& ids);

  private:
    torch::nn::AnyModule embeddings_;
    torch::nn::ModuleList layers_;
};
TORCH_MODULE(Bert);

}  // namespace rv::world_model::text
