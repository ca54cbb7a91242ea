#include "world_model/tokenizer/convolutional.h"

namespace rv::world_model {
namespace {

constexpr int64_t kStem = 4;  // pixels a side folded into channels by the first and last layer

torch::nn::Functional silu() {
    return torch::nn::Functional(torch::silu);
}

}  // namespace

ConvolutionalTokenizerImpl::ConvolutionalTokenizerImpl(const ConvolutionalTokenizerConfig& config)
    : config_(config) {
    const int64_t wide = config.wide_channels, deep = config.deep_channels, C = config.latent_channels;

    encoder_->push_back(
        torch::nn::PixelUnshuffle(torch::nn::PixelUnshuffleOptions(kStem)));  // (3 * 16, H/4, W/4)
    encoder_->push_back(nn::conv3x3(3 * kStem * kStem, wide));
    for (int64_t i = 0; i < config.wide_blocks; ++i) encoder_->push_back(nn::ResBlock(wide, wide));
    encoder_->push_back(torch::nn::Conv2d(torch::nn::Conv2dOptions(wide, deep, 4).stride(2).padding(1)));
    for (int64_t i = 0; i < config.deep_blocks; ++i) encoder_->push_back(nn::ResBlock(deep, deep));
    encoder_->push_back(nn::group_norm(deep));
    encoder_->push_back(silu());
    encoder_->push_back(nn::conv3x3(deep, C));  // (C, H/8, W/8)

    decoder_->push_back(nn::conv3x3(C, deep));
    for (int64_t i = 0; i < config.deep_blocks; ++i) decoder_->push_back(nn::ResBlock(deep, deep));
    decoder_->push_back(nn::conv3x3(deep, 4 * wide));
    decoder_->push_back(torch::nn::PixelShuffle(torch::nn::PixelShuffleOptions(2)));  // (wide, H/4, W/4)
    for (int64_t i = 0; i < config.wide_blocks; ++i) decoder_->push_back(nn::ResBlock(wide, wide));
    decoder_->push_back(nn::group_norm(wide));
    decoder_->push_back(silu());
    decoder_->push_back(nn::conv3x3(wide, 4 * kStem * kStem));
    decoder_->push_back(torch::nn::PixelShuffle(torch::nn::PixelShuffleOptions(kStem)));  // (3 + 1, H, W)

    register_module("encoder", encoder_);
    register_module("decoder", decoder_);
    latent_mean_ = register_buffer("latent_mean", torch::zeros({1, C, 1, 1}));
    latent_std_ = register_buffer("latent_std", torch::ones({1, C, 1, 1}));
}

torch::Tensor ConvolutionalTokenizerImpl::encode_raw(const torch::Tensor& frames) {
    return encoder_->forward(frames);
}

Decoded ConvolutionalTokenizerImpl::decode_raw(const torch::Tensor& latents) {
    const torch::Tensor maps = decoder_->forward(latents);
    return {maps.narrow(1, 0, 3), maps.narrow(1, 3, 1)};
}

torch::Tensor ConvolutionalTokenizerImpl::encode(const torch::Tensor& frames) {
    return (encode_raw(frames) - latent_mean_) / latent_std_;
}

Decoded ConvolutionalTokenizerImpl::decode(const torch::Tensor& latents) {
    return decode_raw(latents * latent_std_ + latent_mean_);
}

void ConvolutionalTokenizerImpl::set_latent_statistics(const torch::Tensor& mean, const torch::Tensor& std) {
    torch::NoGradGuard no_grad;
    latent_mean_.copy_(mean.reshape({1, -1, 1, 1}));
    latent_std_.copy_(std.reshape({1, -1, 1, 1}));
}

}  // namespace rv::world_model
