#pragma once
/// Prompts as numbers.

#include <torch/torch.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "world_model/condition/prompt_fade.h"

namespace rv::world_model {

struct TextEncoderConfig {
    std::string features = "hashed";  ///< "hashed": words of the training prompts; "sentence": MiniLM, also
                                      ///< understands others
    int64_t buckets = 2048;           ///< of hashed words and word pairs
    int64_t width = 64;
    int64_t out = 128;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(TextEncoderConfig, features, buckets, width, out)

/// Lower-case words and pairs of neighbouring words, hashed (FNV-1a) into [0, buckets). The "hashing trick"
/// of Joulin et al. 2017, Sec. 2.2.
std::vector<int64_t> hash_words(std::string_view text, int64_t buckets);

/// A prompt as numbers that need no training.
class TextFeatures {
  public:
    virtual ~TextFeatures() = default;
    [[nodiscard]] virtual int64_t size() const = 0;
    /// @return (size()) float32, CPU; zeros for an empty text
    virtual torch::Tensor of(std::string_view text) = 0;
};
/// Of a prompt, or on the straight line from the one before to it, as long as both are (not shorter, as the
/// middle of two directions would be). @return (size()) float32, CPU
torch::Tensor blended(TextFeatures& features, std::string_view prompt, const PromptFade& fade);

/// @throws UsageError for an unknown kind; FileError where its files are missing.
std::shared_ptr<TextFeatures> create_text_features(const TextEncoderConfig& config);

/// Features of prompts -> what steers the model; learned together with it.
class TextEncoderImpl : public torch::nn::Module {
  public:
    explicit TextEncoderImpl(const TextEncoderConfig& config);
    /// @param features (B, features().size())  @return (B, out); zeros give what was learned for "no prompt"
    torch::Tensor forward(const torch::Tensor& features);
    [[nodiscard]] TextFeatures& features() const { return *features_; }

  private:
    std::shared_ptr<TextFeatures> features_;  // one for all copies of the module
    torch::nn::Linear words_{nullptr};
    torch::nn::Sequential mlp_;
};
TORCH_MODULE(TextEncoder);

}  // namespace rv::world_model
