#include "world_model/nn/unet.h"

#include "world_model/nn/fused.h"

namespace rv::world_model::nn {

namespace F = torch::nn::functional;

UNetImpl::UNetImpl(const UNetConfig& config, int64_t in, int64_t out, int64_t cond) {
    const auto& channels = config.channels;
    const auto levels = static_cast<int64_t>(channels.size());
    TORCH_CHECK(levels > 0 && config.blocks > 0, "a U-Net needs at least one level and one block");
    conv_in_ = register_module("conv_in", conv3x3(in, channels[0]));

    std::vector<int64_t> skips = {channels[0]};
    for (int64_t level = 0; level < levels; ++level) {
        const int64_t c = channels[level];
        torch::nn::ModuleList blocks;
        for (int64_t i = 0; i < config.blocks; ++i) {
            blocks->push_back(ResBlock(c, c, cond));
            skips.push_back(c);
        }
        down_->push_back(blocks);
        if (level + 1 < levels) {
            shrink_->push_back(
                torch::nn::Conv2d(torch::nn::Conv2dOptions(c, channels[level + 1], 3).stride(2).padding(1)));
            skips.push_back(channels[level + 1]);
        }
    }
    const int64_t lowest = channels.back();
    middle1_ = register_module("middle1", ResBlock(lowest, lowest, cond));
    if (config.attention) attention_ = register_module("attention", Attention(lowest));
    middle2_ = register_module("middle2", ResBlock(lowest, lowest, cond));

    int64_t c = lowest;
    for (int64_t level = levels - 1; level >= 0; --level) {
        torch::nn::ModuleList blocks;
        for (int64_t i = 0; i < config.blocks + 1; ++i) {
            blocks->push_back(ResBlock(c + skips.back(), channels[level], cond));
            c = channels[level];
            skips.pop_back();
        }
        up_->push_back(blocks);
        if (level > 0) {
            grow_->push_back(conv3x3(c, channels[level - 1]));
            c = channels[level - 1];
        }
    }
    register_module("down", down_);
    register_module("shrink", shrink_);
    register_module("up", up_);
    register_module("grow", grow_);
    norm_out_ = register_module("norm_out", group_norm(c));
    conv_out_ = register_module("conv_out", zero_init(conv3x3(c, out)));
}

torch::Tensor UNetImpl::forward(const torch::Tensor& x, const torch::Tensor& y) {
    torch::Tensor h = conv_in_(x);
    std::vector<torch::Tensor> skips = {h};
    for (size_t level = 0; level < down_->size(); ++level) {
        for (const auto& block : *down_->ptr<torch::nn::ModuleListImpl>(level)) {
            h = block->as<ResBlockImpl>()->forward(h, y);
            skips.push_back(h);
        }
        if (level < shrink_->size()) {
            h = shrink_->ptr<torch::nn::Conv2dImpl>(level)->forward(h);
            skips.push_back(h);
        }
    }
    h = middle1_(h, y);
    if (!attention_.is_empty()) h = attention_(h);
    h = middle2_(h, y);
    for (size_t level = 0; level < up_->size(); ++level) {
        for (const auto& block : *up_->ptr<torch::nn::ModuleListImpl>(level)) {
            h = block->as<ResBlockImpl>()->forward(torch::cat({h, skips.back()}, 1), y);
            skips.pop_back();
        }
        if (level < grow_->size()) {
            // The level above may have an odd size: enlarge to exactly that.
            const auto& next = skips.back();
            h = F::interpolate(h, F::InterpolateFuncOptions()
                                      .size(std::vector<int64_t>{next.size(2), next.size(3)})
                                      .mode(torch::kNearest));
            h = grow_->ptr<torch::nn::Conv2dImpl>(level)->forward(h);
        }
    }
    return conv_out_(adaptive_group_norm(norm_out_, h, {}, Activation::Silu));
}

}  // namespace rv::world_model::nn
