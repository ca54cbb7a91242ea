#include "world_model/condition/text.h"

#include <cctype>

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

TextEncoderImpl::TextEncoderImpl(const TextEncoderConfig& config) : config_(config) {
    words_ = register_module(
        "words", torch::nn::EmbeddingBag(
                     torch::nn::EmbeddingBagOptions(config.buckets, config.width).mode(torch::kSum)));
    // Small at first, so that words never met in training say almost nothing.
    torch::nn::init::normal_(words_->weight, 0, 0.02);
    mlp_->push_back(torch::nn::Linear(config.width, config.out));
    mlp_->push_back(torch::nn::SiLU());
    mlp_->push_back(torch::nn::Linear(config.out, config.out));
    register_module("mlp", mlp_);
}

torch::Tensor TextEncoderImpl::forward(const torch::Tensor& bags, const torch::Tensor& offsets) {
    return mlp_->forward(words_->forward(bags, offsets));
}

torch::Tensor TextEncoderImpl::encode(const std::vector<std::string_view>& texts, torch::Device device) {
    std::vector<int64_t> bags, offsets;
    for (const auto text : texts) {
        offsets.push_back(static_cast<int64_t>(bags.size()));
        const auto hashes = hash_words(text, config_.buckets);
        bags.insert(bags.end(), hashes.begin(), hashes.end());
    }
    const auto long_options = torch::TensorOptions().dtype(torch::kInt64);
    return forward(torch::tensor(bags, long_options).to(device),
                   torch::tensor(offsets, long_options).to(device));
}

}  // namespace rv::world_model
