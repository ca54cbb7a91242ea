#include "world_model/text/sentence_encoder.h"

#include "engine/core/error.h"
#include "world_model/checkpoint.h"

namespace rv::world_model::text {
namespace {

constexpr size_t kRemembered = 4096;  // 6 MB of vectors: more than a data set has different prompts

Bert read_network(const std::filesystem::path& file, const BertConfig& config) {
    TensorMap weights = read_checkpoint(file).tensors;
    // A head of the pretraining that sentence vectors do not use.
    weights.erase("pooler.dense.weight");
    weights.erase("pooler.dense.bias");
    Bert network(config);
    load_state(*network, weights, file);
    network->eval();
    for (torch::Tensor& parameter : network->parameters()) parameter.set_requires_grad(false);
    return network;
}

}  // namespace

std::shared_ptr<SentenceEncoder> SentenceEncoder::open(const std::filesystem::path& folder) {
    for (const char* name : {"model.safetensors", "vocab.txt"}) {
        if (!std::filesystem::is_regular_file(folder / name))
            throw FileError((folder / name).string(), "the sentence encoder is not there",
                            "./reverie setup, which fetches it");
    }
    const BertConfig config;
    WordPiece words(folder / "vocab.txt");
    if (words.size() != static_cast<size_t>(config.vocabulary)) {
        throw FileError((folder / "vocab.txt").string(), "has " + std::to_string(words.size()) +
                                                             " tokens instead of " +
                                                             std::to_string(config.vocabulary));
    }
    Bert network = read_network(folder / "model.safetensors", config);
    return std::shared_ptr<SentenceEncoder>(new SentenceEncoder(std::move(words), std::move(network)));
}

torch::Tensor SentenceEncoder::encode(std::span<const std::string> texts) {
    const torch::NoGradGuard no_grad;
    const std::scoped_lock lock(mutex_);
    torch::Tensor vectors = torch::empty({static_cast<int64_t>(texts.size()), kWidth});
    for (size_t i = 0; i < texts.size(); ++i) {
        auto found = recent_.find(texts[i]);
        if (found == recent_.end()) {
            if (recent_.size() == kRemembered) recent_.clear();
            found = recent_.emplace(texts[i], encode_one(texts[i])).first;
        }
        vectors[static_cast<int64_t>(i)].copy_(found->second);
    }
    return vectors;
}

torch::Tensor SentenceEncoder::encode_one(const std::string& text) {
    const auto ids = torch::tensor(words_.ids(text), torch::kInt64).unsqueeze(0);  // (1, T)
    const auto sentence = network_(ids).mean(1);                                   // (1, 384)
    return torch::nn::functional::normalize(sentence, torch::nn::functional::NormalizeFuncOptions().dim(1))
        .squeeze(0);
}

}  // namespace rv::world_model::text
