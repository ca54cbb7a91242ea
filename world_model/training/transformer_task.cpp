#include "world_model/training/transformer_task.h"

#include "engine/core/error.h"

namespace rv::world_model {

TransformerDynamicsTask::TransformerDynamicsTask(const LatentCorpus& corpus,
                                                 const TransformerDynamicsConfig& config,
                                                 const TransformerLossConfig& loss,
                                                 const std::string& tokenizer_digest)
    : corpus_(corpus),
      config_(loss),
      dynamics_(config),
      batches_(corpus, loss, dynamics_->text_features()),
      tokenizer_digest_(tokenizer_digest),
      T_(loss.window_frames > 0 ? loss.window_frames : config.transformer.window) {
    if (T_ < 2 || T_ > config.transformer.window) {
        throw UsageError("window_frames is " + std::to_string(T_) + ", the transformer's window " +
                             std::to_string(config.transformer.window),
                         "at least 2 and at most the window");
    }
    const int64_t N = corpus.size(), behind = T_ - 2;  // frames behind the second one
    const auto row = torch::arange(N);
    const auto end = torch::minimum(row + behind, torch::full({1}, N - 1, torch::kInt64));
    const auto fits =
        (row + behind < N) & (corpus.episode_begin.index_select(0, end) == corpus.episode_begin);
    candidates_ = ((row != corpus.episode_begin) & fits).nonzero().squeeze(1);
    if (candidates_.size(0) == 0) {
        throw UsageError("no episode has the " + std::to_string(T_) + " frames of a window",
                         "a smaller window_frames");
    }
    dynamics_->set_residual_std(batches_.residual_std(candidates_));
}

TransformerDynamicsTask::Windows TransformerDynamicsTask::draw(int64_t B, torch::Generator generator) const {
    const auto chance = [&](double share) { return torch::rand({B, 1}, generator) < share; };
    const auto second =
        candidates_.index_select(0, torch::randint(candidates_.size(0), {B}, generator, torch::kInt64))
            .unsqueeze(1);  // (B, 1)
    const auto begin = corpus_.episode_begin.index_select(0, second.squeeze(1)).unsqueeze(1);
    const auto anywhere = begin + (torch::rand({B, 1}, generator) * (second - begin)).to(torch::kInt64);
    const auto first = torch::where(chance(config_.far_sink_share), anywhere, second - 1);

    const auto t = torch::arange(T_).unsqueeze(0);  // (1, T)
    // Frame 0 is always hidden; sometimes up to half of the others are.
    const auto more =
        (torch::rand({B, 1}, generator) * static_cast<double>((T_ - 1) / 2 + 1)).to(torch::kInt64);
    const auto hidden = t <= torch::where(chance(config_.hidden_share), more, torch::zeros_like(more));

    const auto as_context = hidden.flatten() | (torch::rand({B * T_}, generator) < config_.context_share);
    const auto context = batches_.draw_context_noise(B * T_, generator);
    const auto denoised = draw_noise_levels(dynamics_->config().edm, B * T_, generator);
    return {.rows = torch::cat({first, second + t.slice(1, 0, T_ - 1)}, 1).flatten(),
            .hidden = hidden.flatten(),
            .learned = hidden.logical_not().flatten(),
            .sigma = torch::where(as_context, context, denoised)};
}

TransformerDynamicsTask::Windows TransformerDynamicsTask::Windows::frames(int64_t first,
                                                                          int64_t count) const {
    return {.rows = rows.narrow(0, first, count),
            .hidden = hidden.narrow(0, first, count),
            .learned = learned.narrow(0, first, count),
            .sigma = sigma.narrow(0, first, count)};
}

torch::Tensor TransformerDynamicsTask::loss(int64_t batch_size, const Draws& source) {
    const int64_t all = std::max<int64_t>(1, batch_size / T_);
    const auto device = dynamics_->parameters().front().device();
    const Draws draws = source.of(all);
    const int64_t B = draws.count();
    const Windows whole = draw(all, draws.shared());
    const Windows windows = whole.frames(draws.first() * T_, B * T_);
    DynamicsBatch batch = batches_.gather(windows.rows, 1, device, draws, windows.hidden);
    const auto frames = DynamicsBatches::pick(corpus_.latents, windows.rows, device);
    // A window begins as a rollout does: nothing moved before its first frame.
    batch.context.unflatten(0, {B, T_})
        .select(1, 0)
        .select(1, 0)
        .copy_(frames.unflatten(0, {B, T_}).select(1, 0));

    const auto losses = dynamics_->losses(batch, frames, windows.sigma.to(device), T_, draws);
    const auto learned = windows.learned.nonzero().squeeze(1);
    const auto at = learned.to(device);
    DynamicsBatch seen;
    seen.context = batch.context.index_select(0, at);
    seen.action = batch.action.index_select(0, at);
    const auto count = [](const torch::Tensor& flags) { return flags.sum().item<int64_t>(); };
    const Draws learns = draws.part(count(whole.learned.narrow(0, 0, draws.first() * T_)), learned.size(0),
                                    count(whole.learned));
    const auto ego = batches_.ego_loss(dynamics_->ego(), seen, windows.rows.index_select(0, learned), learns);
    return learns.weight() * (losses.index_select(0, at).mean() + config_.ego_weight * ego);
}

std::map<std::string, std::string> TransformerDynamicsTask::metadata() const {
    return {{"kind", "transformer"},
            {"config", nlohmann::json(dynamics_->config()).dump()},
            {"loss", nlohmann::json(config_).dump()},
            {"tokenizer", tokenizer_digest_}};
}

}  // namespace rv::world_model
