#include "world_model/frame_tensor.h"
#include "world_model/training/tasks.h"

namespace rv::world_model {
namespace {

constexpr int64_t kStatisticsFrames = 2048;

// L1 of the differences between neighbouring pixels, both ways.
torch::Tensor gradient_error(const torch::Tensor& a, const torch::Tensor& b) {
    const auto e = a - b;
    const auto horizontal = (e.slice(3, 1) - e.slice(3, 0, -1)).abs().mean();
    const auto vertical = (e.slice(2, 1) - e.slice(2, 0, -1)).abs().mean();
    return horizontal + vertical;
}

}  // namespace

TokenizerTask::TokenizerTask(const FrameCorpus& corpus, const ConvolutionalTokenizerConfig& config,
                             const TokenizerLossConfig& loss)
    : corpus_(corpus), config_(loss), tokenizer_(config) {}

torch::Tensor TokenizerTask::loss(int64_t batch, const Draws& source) {
    const Draws draws = source.of(batch);
    const auto weight = tokenizer_->parameters().front();
    const auto device = weight.device();
    const auto rows = draws.randint(corpus_.size(), {draws.count()});
    const auto frames = frames_from_bytes(corpus_.frames.index_select(0, rows)).to(device);
    const auto latents = tokenizer_->encode_raw(frames.to(weight.scalar_type()));
    const auto noise = draws.randn(latents.sizes()).to(latents.options()) * config_.latent_noise;
    const Decoded decoded = tokenizer_->decode_raw(latents + noise);

    const auto picture = decoded.frame.to(torch::kFloat32);
    auto loss = (picture - frames).abs().mean() + config_.gradient_weight * gradient_error(picture, frames) +
                config_.latent_penalty * latents.to(torch::kFloat32).square().mean();
    if (corpus_.inverse_depth.defined()) {
        const auto depth =
            corpus_.inverse_depth.index_select(0, rows).unsqueeze(1).to(device, torch::kFloat32);
        loss = loss + config_.depth_weight * (decoded.inverse_depth.to(torch::kFloat32) - depth).abs().mean();
    }
    return draws.weight() * loss;
}

std::map<std::string, std::string> TokenizerTask::metadata() const {
    return {{"kind", "convolutional"},
            {"config", nlohmann::json(tokenizer_->config()).dump()},
            {"loss", nlohmann::json(config_).dump()}};
}

void TokenizerTask::finish() {
    torch::NoGradGuard no_grad;
    const auto weight = tokenizer_->parameters().front();
    const int64_t N = std::min(kStatisticsFrames, corpus_.size());
    const auto rows = torch::linspace(0, static_cast<double>(corpus_.size() - 1), N).to(torch::kInt64);
    std::vector<torch::Tensor> latents;
    for (const auto& part : rows.split(64)) {
        const auto frames = frames_from_bytes(corpus_.frames.index_select(0, part));
        latents.push_back(
            tokenizer_->encode_raw(frames.to(weight.device(), weight.scalar_type())).to(torch::kFloat32));
    }
    const auto all = torch::cat(latents);  // (N, C, h, w)
    tokenizer_->set_latent_statistics(all.mean({0, 2, 3}),
                                      all.transpose(0, 1).flatten(1).std(1).clamp_min(1e-3));
}

}  // namespace rv::world_model
