#include "world_model/tokenizer/cosmos/tokenizer.h"

#include "engine/core/error.h"

namespace rv::world_model {

CosmosTokenizerImpl::CosmosTokenizerImpl(const CosmosTokenizerConfig& config) : config_(config) {
    cosmos::check(config);
    if (config.discrete()) quantiser_.emplace(config.levels);
    encoder_ = register_module("encoder", cosmos::Encoder(config));
    decoder_ = register_module("decoder", cosmos::Decoder(config));
    const int64_t C = config.code_channels();
    latent_mean_ = register_buffer("latent_mean", torch::zeros({1, C, 1, 1, 1}));
    latent_std_ = register_buffer("latent_std", torch::ones({1, C, 1, 1, 1}));
}

torch::Tensor CosmosTokenizerImpl::encode_raw(const torch::Tensor& video) {
    check_video(video);
    const auto code = encoder_(video);
    return quantiser_ ? quantiser_->quantise(code) : code;
}

torch::Tensor CosmosTokenizerImpl::decode_raw(const torch::Tensor& code) {
    return decoder_(code);
}

torch::Tensor CosmosTokenizerImpl::encode_video(const torch::Tensor& video) {
    return (encode_raw(video) - latent_mean_) / latent_std_;
}

torch::Tensor CosmosTokenizerImpl::decode_video(const torch::Tensor& latents) {
    const auto code = latents * latent_std_ + latent_mean_;
    return decode_raw(quantiser_ ? quantiser_->snap(code) : code);
}

torch::Tensor CosmosTokenizerImpl::indices(const torch::Tensor& video) {
    if (!quantiser_) throw Error("a continuous tokenizer has no indices");
    return quantiser_->indices(encode_raw(video));
}

torch::Tensor CosmosTokenizerImpl::decode_indices(const torch::Tensor& indices) {
    if (!quantiser_) throw Error("a continuous tokenizer has no indices");
    return decode_raw(quantiser_->codes_of(indices).to(latent_std_.options()));
}

void CosmosTokenizerImpl::set_latent_statistics(const torch::Tensor& mean, const torch::Tensor& std) {
    torch::NoGradGuard no_grad;
    latent_mean_.copy_(mean.reshape({1, -1, 1, 1, 1}));
    latent_std_.copy_(std.reshape({1, -1, 1, 1, 1}));
}

}  // namespace rv::world_model
