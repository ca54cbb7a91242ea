#include "world_model/text/bert.h"

namespace rv::world_model::text {
namespace {

namespace nn = torch::nn;

nn::LayerNorm layer_norm(const BertConfig& config) {
    return nn::LayerNorm(nn::LayerNormOptions({config.channels}).eps(config.layer_norm_eps));
}

/// Without the random start that torch::nn::Embedding makes: it would take longer than reading the weights.
nn::Embedding embedding(int64_t count, int64_t channels) {
    return nn::Embedding(nn::EmbeddingOptions(count, channels)._weight(torch::zeros({count, channels})));
}

/// Words, positions and token types, summed and normalized.
struct EmbeddingsImpl : nn::Module {
    explicit EmbeddingsImpl(const BertConfig& config) {
        words = register_module("word_embeddings", embedding(config.vocabulary, config.channels));
        positions = register_module("position_embeddings", embedding(config.positions, config.channels));
        types = register_module("token_type_embeddings", embedding(config.token_types, config.channels));
        norm = register_module("LayerNorm", layer_norm(config));
        position_ids =
            register_buffer("position_ids", torch::arange(config.positions).unsqueeze(0));  // (1, positions)
    }
    torch::Tensor forward(const torch::Tensor& ids) {                          // (B, T)
        const auto where = positions(position_ids.narrow(1, 0, ids.size(1)));  // (1, T, C)
        return norm(words(ids) + where + types->weight[0]);                    // (B, T, C)
    }
    nn::Embedding words{nullptr}, positions{nullptr}, types{nullptr};
    nn::LayerNorm norm{nullptr};
    torch::Tensor position_ids;
};
TORCH_MODULE(Embeddings);

/// softmax(Q K^T / sqrt(C / heads)) V, every token with every token.
struct SelfAttentionImpl : nn::Module {
    explicit SelfAttentionImpl(const BertConfig& config) : heads(config.heads) {
        query = register_module("query", nn::Linear(config.channels, config.channels));
        key = register_module("key", nn::Linear(config.channels, config.channels));
        value = register_module("value", nn::Linear(config.channels, config.channels));
    }
    torch::Tensor forward(const torch::Tensor& x) {  // (B, T, C)
        const auto split = [&](const torch::Tensor& t) {
            return t.unflatten(-1, {heads, -1}).transpose(1, 2);  // (B, heads, T, C / heads)
        };
        return torch::scaled_dot_product_attention(split(query(x)), split(key(x)), split(value(x)))
            .transpose(1, 2)
            .flatten(2);  // (B, T, C)
    }
    int64_t heads;
    nn::Linear query{nullptr}, key{nullptr}, value{nullptr};
};
TORCH_MODULE(SelfAttention);

/// The end of a branch: LayerNorm(residual + dense(x)).
struct OutputImpl : nn::Module {
    OutputImpl(int64_t in, const BertConfig& config) {
        dense = register_module("dense", nn::Linear(in, config.channels));
        norm = register_module("LayerNorm", layer_norm(config));
    }
    torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& residual) {
        return norm(dense(x) + residual);
    }
    nn::Linear dense{nullptr};
    nn::LayerNorm norm{nullptr};
};
TORCH_MODULE(Output);

struct AttentionImpl : nn::Module {
    explicit AttentionImpl(const BertConfig& config) {
        self = register_module("self", SelfAttention(config));
        output = register_module("output", Output(config.channels, config));
    }
    torch::Tensor forward(const torch::Tensor& x) { return output(self(x), x); }
    SelfAttention self{nullptr};
    Output output{nullptr};
};
TORCH_MODULE(Attention);

struct IntermediateImpl : nn::Module {
    explicit IntermediateImpl(const BertConfig& config) {
        dense = register_module("dense", nn::Linear(config.channels, config.hidden));
    }
    torch::Tensor forward(const torch::Tensor& x) { return torch::gelu(dense(x)); }  // exact, not tanh
    nn::Linear dense{nullptr};
};
TORCH_MODULE(Intermediate);

struct LayerImpl : nn::Module {
    explicit LayerImpl(const BertConfig& config) {
        attention = register_module("attention", Attention(config));
        intermediate = register_module("intermediate", Intermediate(config));
        output = register_module("output", Output(config.hidden, config));
    }
    torch::Tensor forward(const torch::Tensor& x) {
        const auto attended = attention(x);
        return output(intermediate(attended), attended);
    }
    Attention attention{nullptr};
    Intermediate intermediate{nullptr};
    Output output{nullptr};
};
TORCH_MODULE(Layer);

/// Holds the layers, so that their names begin with "encoder.layer".
struct EncoderImpl : nn::Module {
    explicit EncoderImpl(const nn::ModuleList& layers) { register_module("layer", layers); }
};
TORCH_MODULE(Encoder);

}  // namespace

BertImpl::BertImpl(const BertConfig& config) {
    Embeddings embeddings(config);
    register_module("embeddings", embeddings);
    embeddings_ = nn::AnyModule(embeddings);
    for (int64_t i = 0; i < config.layers; ++i) layers_->push_back(Layer(config));
    register_module("encoder", Encoder(layers_));
}

torch::Tensor BertImpl::forward(const torch::Tensor& ids) {
    auto x = embeddings_.forward(ids);  // (B, T, C)
    for (const auto& layer : *layers_) x = layer->as<LayerImpl>()->forward(x);
    return x;
}

}  // namespace rv::world_model::text
