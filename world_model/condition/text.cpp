#include "world_model/condition/text.h"

#include <cctype>
#include <cmath>

#include "engine/core/error.h"
#include "world_model/text/encoder_files.h"
#include "world_model/text/sentence_encoder.h"

namespace rv::world_model {
namespace {

uint64_t fnv1a(std::string_view text) {
    uint64_t hash = 14695981039346656037ull;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
    return hash;
}

}  // namespace

std::vector<int64_t> hash_words(std::string_view text, int64_t buckets) {
    std::vector<std::string> words;
    std::string word;
    for (size_t i = 0; i <= text.size(); ++i) {
        const auto c =
            i < text.size() ? static_cast<unsigned char>(text[i]) : static_cast<unsigned char>(' ');
        if (std::isalnum(c) || c >= 128) {
            word += static_cast<char>(std::tolower(c));
        } else if (!word.empty()) {
            words.push_back(std::move(word));
            word.clear();
        }
    }
    std::vector<int64_t> hashes;
    const auto add = [&](std::string_view key) {
        hashes.push_back(static_cast<int64_t>(fnv1a(key) % static_cast<uint64_t>(buckets)));
    };
    for (const auto& w : words) add(w);
    for (size_t i = 1; i < words.size(); ++i) add(words[i - 1] + " " + words[i]);
    return hashes;
}

namespace {

/// How often each bucket's words occur.
class HashedFeatures : public TextFeatures {
  public:
    explicit HashedFeatures(int64_t buckets) : buckets_(buckets) {}
    [[nodiscard]] int64_t size() const override { return buckets_; }
    torch::Tensor of(std::string_view text) override {
        auto counts = torch::zeros({buckets_});
        for (const int64_t bucket : hash_words(text, buckets_)) counts[bucket] += 1;
        return counts;
    }

  private:
    int64_t buckets_;
};

/// The sentence encoder's vector, scaled to a mean square of 1.
class SentenceFeatures : public TextFeatures {
  public:
    SentenceFeatures() : encoder_(text::SentenceEncoder::open(text::sentence_encoder_folder())) {}
    [[nodiscard]] int64_t size() const override { return text::SentenceEncoder::kWidth; }
    torch::Tensor of(std::string_view prompt) override {
        if (prompt.empty()) return torch::zeros({size()});
        const std::string sentence(prompt);
        return encoder_->encode({&sentence, 1})[0] * std::sqrt(static_cast<double>(size()));
    }

  private:
    std::shared_ptr<text::SentenceEncoder> encoder_;  // with whoever else reads prompts
};

}  // namespace

std::shared_ptr<TextFeatures> create_text_features(const TextEncoderConfig& config) {
    if (config.features == "hashed") return std::make_shared<HashedFeatures>(config.buckets);
    if (config.features == "sentence") return std::make_shared<SentenceFeatures>();
    throw UsageError("text.features = \"" + config.features + "\" is unknown", "hashed or sentence");
}

torch::Tensor blended(TextFeatures& features, std::string_view prompt, const PromptFade& fade) {
    const torch::Tensor to = features.of(prompt);
    if (!fade.active()) return to;
    const torch::Tensor from = features.of(fade.from);
    const torch::Tensor mixed = torch::lerp(from, to, fade.share);
    const double length = torch::lerp(from.norm(), to.norm(), fade.share).item<double>();
    return mixed * (length / std::max(mixed.norm().item<double>(), 1e-6));
}

TextEncoderImpl::TextEncoderImpl(const TextEncoderConfig& config) : features_(create_text_features(config)) {
    words_ = register_module(
        "words", torch::nn::Linear(torch::nn::LinearOptions(features_->size(), config.width).bias(false)));
    // Small at first, so that words never met in training say almost nothing.
    if (config.features == "hashed") torch::nn::init::normal_(words_->weight, 0, 0.02);
    mlp_->push_back(torch::nn::Linear(config.width, config.out));
    mlp_->push_back(torch::nn::SiLU());
    mlp_->push_back(torch::nn::Linear(config.out, config.out));
    register_module("mlp", mlp_);
}

torch::Tensor TextEncoderImpl::forward(const torch::Tensor& features) {
    return mlp_->forward(words_->forward(features));
}

}  // namespace rv::world_model
