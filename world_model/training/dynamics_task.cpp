#include "world_model/condition/warp_condition.h"
#include "world_model/training/tasks.h"

namespace rv::world_model {

DynamicsTask::DynamicsTask(const LatentCorpus& corpus, Tokenizer& tokenizer,
                           const ConvolutionalDynamicsConfig& config, const DynamicsLossConfig& loss,
                           const std::string& tokenizer_digest)
    : corpus_(corpus),
      tokenizer_(tokenizer),
      config_(loss),
      batches_(corpus, loss, config.text.buckets),
      tokenizer_digest_(tokenizer_digest),
      dynamics_(config) {
    const int64_t N = corpus.size(), last = config_.rollout_frames - 1;
    TORCH_CHECK(last >= 0, "rollout_frames must be at least 1");
    const auto row = torch::arange(N);
    const auto end = torch::minimum(row + last, torch::full({1}, N - 1, torch::kInt64));  // of the sequence
    const auto fits = (row + last < N) & (corpus.episode_begin.index_select(0, end) == corpus.episode_begin);
    candidates_ = ((row != corpus.episode_begin) & fits).nonzero().squeeze(1);
    TORCH_CHECK(candidates_.size(0) > 0, "no episode is as long as rollout_frames");
    dynamics_->set_residual_std(batches_.residual_std(candidates_));
}

DynamicsBatch DynamicsTask::gather(const torch::Tensor& rows, torch::Generator generator) {
    return batches_.gather(rows, dynamics_->config().context_frames, dynamics_->parameters().front().device(),
                           generator);
}

torch::Tensor DynamicsTask::diffusion_loss(const DynamicsBatch& batch, const torch::Tensor& rows,
                                           torch::Generator generator) {
    const auto next = corpus_.latents.index_select(0, rows).to(batch.context.device(), torch::kFloat32);
    return dynamics_->loss(batch, next, generator);
}

DynamicsBatch DynamicsTask::roll_on(DynamicsBatch batch, const torch::Tensor& rows,
                                    torch::Generator generator) {
    torch::NoGradGuard no_grad;
    const auto weight = dynamics_->parameters().front();
    batch.context_noise = torch::full_like(batch.context_noise, config_.rollout_context_noise);
    const torch::Tensor made = dynamics_->sample(batch, config_.rollout_sampler_steps, generator);
    const Decoded decoded =
        tokenizer_.decode(made.to(weight.scalar_type()).contiguous(torch::MemoryFormat::ChannelsLast));
    std::vector<CameraPose> motions;
    for (int64_t i = 0; i < rows.size(0); ++i) {
        motions.push_back(motion_from_code(corpus_.motions[rows[i].item<int64_t>() + 1]));
    }
    const WarpCondition warp =
        warp_condition(tokenizer_, decoded.frame.clamp(-1, 1), decoded.inverse_depth, motions,
                       corpus_.intrinsics, weight.device(), weight.scalar_type());
    DynamicsBatch next = gather(rows + 1, generator);
    next.context = torch::cat({batch.context.slice(1, 1), made.unsqueeze(1)}, 1);
    next.warped = warp.warped;
    next.validity = warp.validity;
    return next;
}

torch::Tensor DynamicsTask::loss(int64_t batch_size, torch::Generator generator) {
    const int64_t B = std::max<int64_t>(1, batch_size / config_.rollout_frames);
    torch::Tensor rows =
        candidates_.index_select(0, torch::randint(candidates_.size(0), {B}, generator, torch::kInt64));
    DynamicsBatch batch = gather(rows, generator);
    torch::Tensor sum = torch::zeros({}, batch.context.options());
    for (int64_t k = 0;; ++k) {
        sum = sum + diffusion_loss(batch, rows, generator) +
              config_.ego_weight * batches_.ego_loss(dynamics_->ego(), batch, rows, generator);
        if (k + 1 == config_.rollout_frames) break;
        batch = roll_on(std::move(batch), rows, generator);
        rows = rows + 1;
    }
    return sum / static_cast<double>(config_.rollout_frames);
}

std::map<std::string, std::string> DynamicsTask::metadata() const {
    return {{"kind", "convolutional"},
            {"config", nlohmann::json(dynamics_->config()).dump()},
            {"loss", nlohmann::json(config_).dump()},
            {"tokenizer", tokenizer_digest_}};
}

}  // namespace rv::world_model
