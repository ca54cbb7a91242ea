#include <ATen/Parallel.h>

#include "engine/core/error.h"
#include "world_model/condition/warp_condition.h"
#include "world_model/training/tasks.h"
#include "world_model/training/wear.h"

namespace rv::world_model {

DynamicsTask::DynamicsTask(const LatentCorpus& corpus, Tokenizer& tokenizer,
                           const ConvolutionalDynamicsConfig& config, const DynamicsLossConfig& loss,
                           const std::string& tokenizer_digest)
    : corpus_(corpus),
      tokenizer_(tokenizer),
      config_(loss),
      dynamics_(config),
      batches_(corpus, loss, dynamics_->text_features()),
      tokenizer_digest_(tokenizer_digest) {
    const int64_t N = corpus.size(), last = config_.rollout_frames - 1;
    TORCH_CHECK(last >= 0, "rollout_frames must be at least 1");
    const auto row = torch::arange(N);
    const auto end = torch::minimum(row + last, torch::full({1}, N - 1, torch::kInt64));  // of the sequence
    const auto fits = (row + last < N) & (corpus.episode_begin.index_select(0, end) == corpus.episode_begin);
    candidates_ = ((row != corpus.episode_begin) & fits).nonzero().squeeze(1);
    TORCH_CHECK(candidates_.size(0) > 0, "no episode is as long as rollout_frames");
    dynamics_->set_residual_std(batches_.residual_std(candidates_));

    constexpr int64_t kBefore = 2, kBehind = 8;  // frames around a change
    const auto text = corpus.text;
    const auto changed = (text != text.roll(1)) & (row != corpus.episode_begin);
    auto near = torch::zeros({N}, torch::kBool);
    for (int64_t shift = -kBefore; shift <= kBehind; ++shift) near = near | changed.roll(shift);
    changes_ = candidates_.index({near.index_select(0, candidates_)});
    if (config_.prompt_change_share > 0 && changes_.size(0) == 0)
        throw UsageError("prompt_change_share is set, but no prompt changes in the data",
                         "prompt_change_share = 0, or data with --prompt-switches");
}

torch::Tensor DynamicsTask::draw_rows(int64_t B, const Draws& draws) const {
    const auto any = [&](const torch::Tensor& of) {
        return of.index_select(0, draws.randint(of.size(0), {B}));
    };
    const torch::Tensor rows = any(candidates_);
    if (config_.prompt_change_share <= 0) return rows;
    return torch::where(draws.rand({B}) < config_.prompt_change_share, any(changes_), rows);
}

DynamicsBatch DynamicsTask::gather(const torch::Tensor& rows, const Draws& draws) {
    return batches_.gather(rows, dynamics_->config().context_frames, dynamics_->parameters().front().device(),
                           draws);
}

torch::Tensor DynamicsTask::diffusion_loss(const DynamicsBatch& batch, const torch::Tensor& rows,
                                           const Draws& draws) {
    const auto next = corpus_.latents.index_select(0, rows).to(batch.context.device(), torch::kFloat32);
    return dynamics_->loss(batch, next, draws);
}

void DynamicsTask::decode_keyframes(const torch::Tensor& rows, KeyframeCache& keyframes) {
    const auto wanted = corpus_.keyframes.index_select(0, rows).flatten();
    std::vector<int64_t> missing;
    for (int64_t i = 0; i < wanted.size(0); ++i) {
        const auto row = wanted[i].item<int64_t>();
        if (row >= 0 && keyframes.try_emplace(row).second) missing.push_back(row);
    }
    if (missing.empty()) return;
    const auto weight = dynamics_->parameters().front();
    const auto latents =
        corpus_.latents.index_select(0, torch::tensor(missing, torch::kInt64))
            .to(weight.device(), weight.scalar_type(), false, false, torch::MemoryFormat::ChannelsLast);
    const Decoded decoded = tokenizer_.decode(latents);
    const auto frames = decoded.frame.clamp(-1, 1).to(torch::kCPU, torch::kFloat32).contiguous();
    const auto depths = decoded.inverse_depth.to(torch::kCPU, torch::kFloat32).contiguous();
    for (size_t i = 0; i < missing.size(); ++i) {
        const auto k = static_cast<int64_t>(i);
        keyframes[missing[i]] = {frames[k], depths[k], corpus_.poses[static_cast<size_t>(missing[i])], 0};
    }
}

DynamicsBatch DynamicsTask::roll_on(DynamicsBatch batch, const torch::Tensor& rows, KeyframeCache& keyframes,
                                    const Draws& draws) {
    torch::NoGradGuard no_grad;
    const auto weight = dynamics_->parameters().front();
    batch.context_noise = torch::full_like(batch.context_noise, config_.rollout_context_noise);
    const torch::Tensor made = dynamics_->sample(batch, {.steps = config_.rollout_sampler_steps}, draws);
    if (!corpus_.has_warp) {
        DynamicsBatch next = gather(rows + 1, draws);
        next.context = torch::cat({batch.context.slice(1, 1), made.unsqueeze(1)}, 1);
        return next;
    }
    const Decoded decoded =
        tokenizer_.decode(made.to(weight.scalar_type()).contiguous(torch::MemoryFormat::ChannelsLast));
    const auto drafts = decoded.frame.clamp(-1, 1).to(torch::kCPU, torch::kFloat32).contiguous();
    const auto depths = decoded.inverse_depth.to(torch::kCPU, torch::kFloat32).contiguous();
    decode_keyframes(rows + 1, keyframes);
    auto pictures = torch::empty_like(drafts), known = torch::empty_like(depths);
    at::parallel_for(0, rows.size(0), 1, [&](int64_t begin, int64_t end) {
        torch::NoGradGuard worker_no_grad;
        for (int64_t i = begin; i < end; ++i) {
            const auto next = rows[i].item<int64_t>() + 1;
            std::vector<const PosedFrame*> kept;
            for (int64_t k = 0; k < corpus_.keyframes.size(1); ++k) {
                const auto row = corpus_.keyframes[next][k].item<int64_t>();
                if (row >= 0) kept.push_back(&keyframes.at(row));
            }
            const auto pose = [&](int64_t row) { return corpus_.poses[static_cast<size_t>(row)]; };
            const Reprojected view =
                draw_memory({drafts[i], depths[i], pose(next - 1), 0}, kept, pose(next), corpus_.intrinsics);
            pictures[i].copy_(view.frame);
            known[i].copy_(view.validity);
        }
    });
    if (config_.rollout_soft_share > 0) pictures = soften(pictures, known, config_.rollout_soft_share, draws);
    const WarpCondition warp =
        encode_warp(tokenizer_, pictures, known, weight.device(), weight.scalar_type());
    DynamicsBatch next = gather(rows + 1, draws);
    next.context = torch::cat({batch.context.slice(1, 1), made.unsqueeze(1)}, 1);
    next.warped = warp.warped;
    next.validity = warp.validity;
    return next;
}

torch::Tensor DynamicsTask::loss(int64_t batch_size, const Draws& source) {
    const Draws draws = source.of(std::max<int64_t>(1, batch_size / config_.rollout_frames));
    torch::Tensor rows = draw_rows(draws.count(), draws);
    DynamicsBatch batch = gather(rows, draws);
    torch::Tensor sum = torch::zeros({}, batch.context.options());
    KeyframeCache keyframes;
    for (int64_t k = 0;; ++k) {
        sum = sum + diffusion_loss(batch, rows, draws) +
              config_.ego_weight * batches_.ego_loss(dynamics_->ego(), batch, rows, draws);
        if (k + 1 == config_.rollout_frames) break;
        batch = roll_on(std::move(batch), rows, keyframes, draws);
        rows = rows + 1;
    }
    return sum * draws.weight() / static_cast<double>(config_.rollout_frames);
}

std::map<std::string, std::string> DynamicsTask::metadata() const {
    return {{"kind", "convolutional"},
            {"config", nlohmann::json(dynamics_->config()).dump()},
            {"loss", nlohmann::json(config_).dump()},
            {"tokenizer", tokenizer_digest_}};
}

}  // namespace rv::world_model
