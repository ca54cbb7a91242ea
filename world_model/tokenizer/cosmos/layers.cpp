#include "world_model/tokenizer/cosmos/layers.h"

#include "world_model/nn/attention.h"
#include "world_model/nn/blocks.h"

namespace rv::world_model::cosmos {
namespace {

constexpr int64_t kFrames = 3;  // that a convolution over time sees

torch::Tensor as_films(const torch::Tensor& x, int64_t T) {
    return x.unflatten(0, {x.size(0) / T, T});  // (B, T, C, h, w)
}

torch::Tensor as_pictures(const torch::Tensor& films) {
    return films.flatten(0, 1).contiguous(torch::MemoryFormat::ChannelsLast);
}

}  // namespace

torch::nn::GroupNorm frame_norm(int64_t channels) {
    return torch::nn::GroupNorm(torch::nn::GroupNormOptions(1, channels));
}

TimeConvImpl::TimeConvImpl(int64_t in, int64_t out, int64_t stride) : stride_(stride) {
    mix_ = register_module("mix", nn::conv1x1(kFrames * in, out));
}

void TimeConvImpl::begin_at_zero() {
    nn::zero_init(mix_);
}

torch::Tensor TimeConvImpl::forward(const torch::Tensor& x, int64_t T) {
    const auto films = as_films(x, T);
    const auto before = films.slice(1, 0, 1).expand({-1, kFrames - 1, -1, -1, -1});
    const auto padded = torch::cat({before, films}, 1);  // (B, T + 2, C, h, w)
    std::vector<torch::Tensor> seen;
    for (int64_t i = 0; i < kFrames; ++i) seen.push_back(as_pictures(padded.slice(1, i, i + T, stride_)));
    return mix_(torch::cat(seen, 1));
}

CausalConvImpl::CausalConvImpl(int64_t in, int64_t out) {
    space_ = register_module("space", nn::conv3x3(in, out));
    time_ = register_module("time", TimeConv(out, out));
}

torch::Tensor CausalConvImpl::forward(const torch::Tensor& x, int64_t T) {
    return time_(space_(x), T);
}

CausalResBlockImpl::CausalResBlockImpl(int64_t in, int64_t out) {
    norm1_ = register_module("norm1", frame_norm(in));
    conv1_ = register_module("conv1", CausalConv(in, out));
    norm2_ = register_module("norm2", frame_norm(out));
    conv2_ = register_module("conv2", CausalConv(out, out));
    if (in != out) skip_ = register_module("skip", nn::conv1x1(in, out));
}

torch::Tensor CausalResBlockImpl::forward(const torch::Tensor& x, int64_t T) {
    auto h = conv1_(torch::silu(norm1_(x)), T);
    h = conv2_(torch::silu(norm2_(h)), T);
    return h + (skip_.is_empty() ? x : skip_->forward(x));
}

CausalAttentionImpl::CausalAttentionImpl(int64_t channels, Along along)
    : along_(along), heads_(std::max<int64_t>(1, channels / 64)) {
    norm_ = register_module("norm", frame_norm(channels));
    qkv_ = register_module("qkv", nn::conv1x1(channels, 3 * channels));
    out_ = register_module("out", nn::zero_init(nn::conv1x1(channels, channels)));
}

torch::Tensor CausalAttentionImpl::forward(const torch::Tensor& x, int64_t T) {
    const int64_t B = x.size(0) / T, C = x.size(1), h = x.size(2), w = x.size(3);
    // (B, T, h w, 3, heads, features)
    auto qkv = qkv_(norm_(x)).flatten(2).transpose(1, 2).reshape({B, T, h * w, 3, heads_, C / heads_});
    const bool in_space = along_ == Along::Space;
    if (!in_space) qkv = qkv.transpose(1, 2);                                // (B, h w, T, 3, ...)
    const auto rows = qkv.flatten(0, 1).permute({2, 0, 3, 1, 4}).unbind(0);  // (B T, heads, h w, features)
    const auto bias = in_space ? torch::Tensor() : nn::causal_bias(T, x.options());
    auto mixed = nn::attention(rows[0], rows[1], rows[2], bias).transpose(1, 2).flatten(2);
    if (!in_space) mixed = mixed.unflatten(0, {B, h * w}).transpose(1, 2).flatten(0, 1);  // (B T, h w, C)
    const auto pictures = mixed.transpose(1, 2).reshape({B * T, C, h, w});
    return x + out_(pictures.contiguous(torch::MemoryFormat::ChannelsLast));
}

DownsampleImpl::DownsampleImpl(int64_t channels, bool space, bool time) {
    if (space) {
        space_ = register_module(
            "space", torch::nn::Conv2d(torch::nn::Conv2dOptions(channels, channels, 3).stride(2).padding(1)));
    }
    if (time) time_ = register_module("time", TimeConv(channels, channels, 2));
}

torch::Tensor DownsampleImpl::forward(const torch::Tensor& input, int64_t& T) {
    auto x = input;
    if (!space_.is_empty()) x = torch::avg_pool2d(x, 2) + space_->forward(x);
    if (!time_.is_empty()) {
        const auto films = as_films(x, T);
        const auto padded = torch::cat({films.slice(1, 0, 1), films}, 1);
        const auto means = (padded.slice(1, 0, T, 2) + padded.slice(1, 1, T + 1, 2)) * 0.5;
        x = as_pictures(means) + time_->forward(x, T);
        T = (T + 1) / 2;
    }
    return x;
}

UpsampleImpl::UpsampleImpl(int64_t channels, bool space, bool time) {
    if (space) space_ = register_module("space", nn::conv3x3(channels, channels));
    if (time) time_ = register_module("time", TimeConv(channels, channels));
}

torch::Tensor UpsampleImpl::forward(const torch::Tensor& input, int64_t& T) {
    auto x = input;
    if (!time_.is_empty()) {
        x = as_pictures(as_films(x, T).repeat_interleave(2, 1).slice(1, 1));
        T = 2 * T - 1;
        x = x + time_->forward(x, T);
    }
    if (!space_.is_empty()) {
        x = torch::upsample_nearest2d(x, {2 * x.size(2), 2 * x.size(3)});
        x = x + space_->forward(x);
    }
    return x;
}

}  // namespace rv::world_model::cosmos
