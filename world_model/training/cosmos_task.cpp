#include "world_model/training/cosmos_task.h"

#include "engine/core/error.h"
#include "world_model/frame_tensor.h"

namespace rv::world_model {
namespace {

constexpr int64_t kStatisticsFilms = 256;

// L1 of the differences between neighbours along one dimension.
torch::Tensor difference_error(const torch::Tensor& error, int64_t dim) {
    return (error.slice(dim, 1) - error.slice(dim, 0, -1)).abs().mean();
}

}  // namespace

CosmosTask::CosmosTask(const FrameCorpus& corpus, const CosmosTokenizerConfig& config,
                       const CosmosLossConfig& loss)
    : corpus_(corpus), config_(loss), tokenizer_(config) {
    const int64_t H = corpus.frames.size(1), W = corpus.frames.size(2);
    if (H % config.space != 0 || W % config.space != 0) {
        throw UsageError("frames of " + std::to_string(W) + " x " + std::to_string(H) +
                             " are not a whole number of latents of " + std::to_string(config.space) +
                             " pixels a side",
                         "collect data of another size, or space = 8");
    }
    if (loss.groups < 1) throw UsageError("groups is " + std::to_string(loss.groups), "at least 1");
    std::vector<int64_t> rows;
    const auto& begin = corpus.episode_begin;
    for (int64_t row = 0; row + film_frames() <= corpus.size(); ++row) {
        if (begin[static_cast<size_t>(row)] == begin[static_cast<size_t>(row + film_frames() - 1)])
            rows.push_back(row);
    }
    if (rows.empty()) {
        throw UsageError("no episode has the " + std::to_string(film_frames()) + " frames of a film",
                         "longer episodes, or fewer groups");
    }
    candidates_ = torch::tensor(rows, torch::kInt64);
}

torch::Tensor CosmosTask::films(const torch::Tensor& first, int64_t T) const {
    const auto rows = (first.unsqueeze(1) + torch::arange(T)).flatten();  // (B T)
    return frames_from_bytes(corpus_.frames.index_select(0, rows))
        .unflatten(0, {first.size(0), T})
        .transpose(1, 2);
}

torch::Tensor CosmosTask::loss(int64_t batch, const Draws& source) {
    const auto weight = tokenizer_->parameters().front();
    const bool pictures = torch::rand({1}, source.shared()).item<double>() < config_.picture_share;
    const int64_t T = pictures ? 1 : film_frames();
    const Draws draws = source.of(std::max<int64_t>(1, batch / T));
    const auto first = candidates_.index_select(0, draws.randint(candidates_.size(0), {draws.count()}));
    const auto truth = films(first, T).to(weight.device());

    auto code = tokenizer_->encode_raw(truth.to(weight.scalar_type()));
    torch::Tensor penalty = torch::zeros({}, truth.options());
    if (!tokenizer_->config().discrete()) {
        penalty = config_.latent_penalty * code.to(torch::kFloat32).square().mean();
        code = code + draws.randn(code.sizes()).to(code.options()) * config_.latent_noise;
    }
    const auto error = tokenizer_->decode_raw(code).to(torch::kFloat32) - truth;
    auto loss = error.abs().mean() + penalty +
                config_.gradient_weight * (difference_error(error, 3) + difference_error(error, 4));
    if (T > 1) loss = loss + config_.motion_weight * difference_error(error, 2);
    return draws.weight() * loss;
}

std::map<std::string, std::string> CosmosTask::metadata() const {
    return {{"kind", "cosmos"},
            {"config", nlohmann::json(tokenizer_->config()).dump()},
            {"loss", nlohmann::json(config_).dump()}};
}

void CosmosTask::finish() {
    torch::NoGradGuard no_grad;
    const auto weight = tokenizer_->parameters().front();
    const int64_t N = std::min(kStatisticsFilms, candidates_.size(0));
    const auto chosen = torch::linspace(0, static_cast<double>(candidates_.size(0) - 1), N).to(torch::kInt64);
    std::vector<torch::Tensor> codes;
    for (const auto& first : candidates_.index_select(0, chosen).split(4)) {
        const auto video = films(first, film_frames()).to(weight.device(), weight.scalar_type());
        codes.push_back(tokenizer_->encode_raw(video).to(torch::kFloat32));
    }
    const auto all = torch::cat(codes).transpose(0, 1).flatten(1);  // (C, N T h w)
    tokenizer_->set_latent_statistics(all.mean(1), all.std(1).clamp_min(1e-3));
}

}  // namespace rv::world_model
