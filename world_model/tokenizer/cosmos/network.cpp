#include "world_model/tokenizer/cosmos/network.h"

#include <algorithm>
#include <bit>

#include "engine/core/error.h"
#include "world_model/tokenizer/cosmos/haar.h"

namespace rv::world_model::cosmos {
namespace {

constexpr int64_t kColours = 3;

// How often a length is halved behind the wavelet.
int64_t halvings(int64_t compression) {
    return std::countr_zero(static_cast<uint64_t>(compression / kWaveletStride));
}

// Stage i is followed by a halving of space, of time, of both, or of neither.
struct Stage {
    int64_t channels = 0;
    bool space = false, time = false;
};

std::vector<Stage> stages_of(const TokenizerConfig& config) {
    std::vector<Stage> stages;
    for (size_t i = 0; i < config.multipliers.size(); ++i) {
        const auto place = static_cast<int64_t>(i);
        stages.push_back({config.channels * config.multipliers[i], place < halvings(config.space),
                          place < halvings(config.time)});
    }
    return stages;
}

torch::Tensor run(const torch::nn::ModuleList& layers, torch::Tensor x, int64_t& T) {
    for (const auto& layer : *layers) {
        if (auto* block = layer->as<CausalResBlock>()) {
            x = block->forward(x, T);
        } else if (auto* attention = layer->as<CausalAttention>()) {
            x = attention->forward(x, T);
        } else if (auto* down = layer->as<Downsample>()) {
            x = down->forward(x, T);
        } else {
            x = layer->as<Upsample>()->forward(x, T);
        }
    }
    return x;
}

torch::nn::ModuleList middle(int64_t channels) {
    torch::nn::ModuleList layers;
    layers->push_back(CausalResBlock(channels, channels));
    layers->push_back(CausalAttention(channels, CausalAttentionImpl::Along::Space));
    layers->push_back(CausalAttention(channels, CausalAttentionImpl::Along::Time));
    layers->push_back(CausalResBlock(channels, channels));
    return layers;
}

torch::Tensor as_pictures(const torch::Tensor& video) {  // (B, C, T, H, W) -> (B T, C, H, W)
    return video.transpose(1, 2).flatten(0, 1).contiguous(torch::MemoryFormat::ChannelsLast);
}

torch::Tensor as_video(const torch::Tensor& pictures, int64_t T) {
    return pictures.unflatten(0, {pictures.size(0) / T, T}).transpose(1, 2);
}

}  // namespace

void check(const TokenizerConfig& config) {
    if (config.time != 4 && config.time != 8)
        throw UsageError(
            "a Cosmos tokenizer cannot make one latent of " + std::to_string(config.time) + " frames",
            "time = 4 or 8");
    if (config.space != 8 && config.space != 16)
        throw UsageError(
            "a Cosmos tokenizer cannot be " + std::to_string(config.space) + " times smaller a side",
            "space = 8 or 16");
    if (config.bottleneck != "continuous" && config.bottleneck != "discrete")
        throw UsageError("a Cosmos tokenizer has no bottleneck \"" + config.bottleneck + "\"",
                         "\"continuous\" or \"discrete\"");
    const auto positive = [](int64_t n) { return n > 0; };
    if (config.latent_channels < 1 || config.channels < 1 || config.blocks < 1 ||
        !std::ranges::all_of(config.multipliers, positive))
        throw UsageError("a Cosmos tokenizer needs at least one channel and one block everywhere");
    const int64_t deepest = std::max(halvings(config.space), halvings(config.time));
    if (static_cast<int64_t>(config.multipliers.size()) <= deepest)
        throw UsageError("a Cosmos tokenizer of that compression needs at least " +
                         std::to_string(deepest + 1) + " multipliers");
}

EncoderImpl::EncoderImpl(const TokenizerConfig& config) {
    in_ = register_module("in", CausalConv(kColours * kWaveletBands, config.channels));
    int64_t width = config.channels;
    for (const Stage& stage : stages_of(config)) {
        for (int64_t i = 0; i < config.blocks; ++i) {
            stages_->push_back(CausalResBlock(width, stage.channels));
            width = stage.channels;
        }
        if (stage.space || stage.time) stages_->push_back(Downsample(width, stage.space, stage.time));
    }
    middle_ = middle(width);
    register_module("stages", stages_);
    register_module("middle", middle_);
    norm_ = register_module("norm", frame_norm(width));
    out_ = register_module("out", CausalConv(width, config.code_channels()));
}

torch::Tensor EncoderImpl::forward(const torch::Tensor& video) {
    const auto bands = haar(video);
    int64_t T = bands.size(2);
    auto x = run(stages_, in_(as_pictures(bands), T), T);
    x = run(middle_, x, T);
    return as_video(out_(torch::silu(norm_(x)), T), T);
}

DecoderImpl::DecoderImpl(const TokenizerConfig& config) {
    auto stages = stages_of(config);
    std::ranges::reverse(stages);
    int64_t width = stages.front().channels;
    in_ = register_module("in", CausalConv(config.code_channels(), width));
    middle_ = middle(width);
    for (const Stage& stage : stages) {
        if (stage.space || stage.time) stages_->push_back(Upsample(width, stage.space, stage.time));
        // One more than the encoder has, as in autoencoders of this kind: the decoder has more to invent.
        for (int64_t i = 0; i <= config.blocks; ++i) {
            stages_->push_back(CausalResBlock(width, stage.channels));
            width = stage.channels;
        }
    }
    register_module("middle", middle_);
    register_module("stages", stages_);
    norm_ = register_module("norm", frame_norm(width));
    out_ = register_module("out", CausalConv(width, kColours * kWaveletBands));
    out_->begin_at_zero();  // a grey film, instead of the sum of 64 random bands
}

torch::Tensor DecoderImpl::forward(const torch::Tensor& code) {
    int64_t T = code.size(2);
    auto x = run(middle_, in_(as_pictures(code), T), T);
    x = run(stages_, x, T);
    return inverse_haar(as_video(out_(torch::silu(norm_(x)), T), T));
}

}  // namespace rv::world_model::cosmos
