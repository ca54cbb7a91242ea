#include "world_model/nn/blocks.h"

#include "world_model/nn/fused.h"

namespace rv::world_model::nn {

namespace F = torch::nn::functional;

torch::nn::GroupNorm group_norm(int64_t channels, bool affine) {
    const int64_t groups = std::max<int64_t>(1, channels / 32);
    return torch::nn::GroupNorm(torch::nn::GroupNormOptions(groups, channels).affine(affine));
}

torch::nn::Conv2d conv3x3(int64_t in, int64_t out) {
    return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, 3).padding(1));
}

torch::nn::Conv2d conv1x1(int64_t in, int64_t out) {
    return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, 1));
}

torch::nn::Conv2d zero_init(torch::nn::Conv2d conv) {
    torch::nn::init::zeros_(conv->weight);
    torch::nn::init::zeros_(conv->bias);
    return conv;
}

ResBlockImpl::ResBlockImpl(int64_t in, int64_t out, int64_t cond) {
    const bool adaptive = cond > 0;
    norm1_ = register_module("norm1", group_norm(in, !adaptive));
    conv1_ = register_module("conv1", conv3x3(in, out));
    norm2_ = register_module("norm2", group_norm(out, !adaptive));
    conv2_ = register_module("conv2", zero_init(conv3x3(out, out)));
    if (in != out) skip_ = register_module("skip", conv1x1(in, out));
    if (adaptive) modulation_ = register_module("modulation", torch::nn::Linear(cond, 2 * (in + out)));
}

torch::Tensor ResBlockImpl::forward(const torch::Tensor& x, const torch::Tensor& y) {
    Modulation first, second;
    if (!modulation_.is_empty()) {
        const int64_t in = x.size(1), out = conv1_->options.out_channels();
        const auto m = modulation_(torch::silu(y)).unsqueeze(-1).unsqueeze(-1);  // (B, 2 (in + out), 1, 1)
        const auto parts = m.split_with_sizes({in, in, out, out}, 1);
        first = {.shift = parts[1], .scale = parts[0]};
        second = {.shift = parts[3], .scale = parts[2]};
    }
    const auto h = conv1_(adaptive_group_norm(norm1_, x, first, Activation::Silu));
    const auto out = conv2_(adaptive_group_norm(norm2_, h, second, Activation::Silu));
    return out + (skip_.is_empty() ? x : skip_->forward(x));
}

AttentionImpl::AttentionImpl(int64_t channels) : heads_(std::max<int64_t>(1, channels / 64)) {
    norm_ = register_module("norm", group_norm(channels));
    qkv_ = register_module("qkv", conv1x1(channels, 3 * channels));
    out_ = register_module("out", zero_init(conv1x1(channels, channels)));
}

torch::Tensor AttentionImpl::forward(const torch::Tensor& x) {
    const int64_t B = x.size(0), C = x.size(1), h = x.size(2), w = x.size(3), T = h * w;
    const auto qkv = qkv_(adaptive_group_norm(norm_, x, {}, Activation::None))
                         .permute({0, 2, 3, 1})
                         .reshape({B, T, 3, heads_, C / heads_});
    const auto parts = qkv.permute({2, 0, 3, 1, 4}).unbind(0);  // 3 x (B, heads, T, head_dim)
    const auto y = at::scaled_dot_product_attention(parts[0], parts[1], parts[2]);
    const auto image = y.transpose(1, 2).reshape({B, h, w, C}).permute({0, 3, 1, 2});
    return x + out_(image);
}

}  // namespace rv::world_model::nn
