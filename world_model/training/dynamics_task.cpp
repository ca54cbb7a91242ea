#include <ATen/Parallel.h>

#include "world_model/condition/warp_condition.h"
#include "world_model/training/tasks.h"

namespace rv::world_model {
namespace {

constexpr double kLeastContextNoise = 0.005;
constexpr int64_t kStatisticsRows = 4096;

}  // namespace

DynamicsTask::DynamicsTask(const LatentCorpus& corpus, Tokenizer& tokenizer,
                           const ConvolutionalDynamicsConfig& config, const DynamicsLossConfig& loss,
                           const std::string& tokenizer_digest)
    : corpus_(corpus),
      tokenizer_(tokenizer),
      config_(loss),
      tokenizer_digest_(tokenizer_digest),
      dynamics_(config) {
    const int64_t N = corpus.size(), last = config_.rollout_frames - 1;
    TORCH_CHECK(last >= 0, "rollout_frames must be at least 1");
    const auto row = torch::arange(N);
    const auto end = torch::minimum(row + last, torch::full({1}, N - 1, torch::kInt64));  // of the sequence
    const auto fits = (row + last < N) & (corpus.episode_begin.index_select(0, end) == corpus.episode_begin);
    candidates_ = ((row != corpus.episode_begin) & fits).nonzero().squeeze(1);
    TORCH_CHECK(candidates_.size(0) > 0, "no episode is as long as rollout_frames");
    std::vector<torch::Tensor> features;
    for (const auto& text : corpus.texts) features.push_back(dynamics_->text_features().of(text));
    text_features_ = torch::stack(features);

    // The residual's standard deviation a channel.
    torch::NoGradGuard no_grad;
    const int64_t stride = std::max<int64_t>(1, candidates_.size(0) / kStatisticsRows);
    const auto rows = candidates_.slice(0, 0, candidates_.size(0), stride);
    const auto pick = [&](const torch::Tensor& t, const torch::Tensor& at) {
        return t.index_select(0, at).to(torch::kFloat32);
    };
    const auto base = ConvolutionalDynamicsImpl::base(pick(corpus.latents, rows - 1),
                                                      pick(corpus.warped, rows), pick(corpus.validity, rows));
    const auto residual = pick(corpus.latents, rows) - base;
    dynamics_->set_residual_std(residual.transpose(0, 1).flatten(1).std(1).clamp_min(1e-3));
}

DynamicsBatch DynamicsTask::gather(const torch::Tensor& rows, torch::Generator generator) {
    const int64_t B = rows.size(0), T = dynamics_->config().context_frames;
    const auto device = dynamics_->parameters().front().device();
    const auto uniform = [&] { return torch::rand({B}, generator); };
    const auto pick = [&](const torch::Tensor& t, const torch::Tensor& at) {
        return t.index_select(0, at).to(device, torch::kFloat32);
    };
    DynamicsBatch batch;
    // Times before the episode show its first frame, as a rollout's do.
    const auto begin = corpus_.episode_begin.index_select(0, rows);
    const auto times =
        torch::maximum(rows.unsqueeze(1) + torch::arange(-T, 0).unsqueeze(0), begin.unsqueeze(1));
    batch.context = pick(corpus_.latents, times.flatten()).unflatten(0, {B, T});  // (B, T, C, h, w)
    const auto warp = (uniform() >= config_.no_warp_share).to(device, torch::kFloat32).reshape({-1, 1, 1, 1});
    batch.warped = pick(corpus_.warped, rows) * warp;
    batch.validity = pick(corpus_.validity, rows) * warp;
    batch.rays = pick(corpus_.rays, rows);
    batch.action = pick(corpus_.actions, rows);

    const auto level = (torch::randn({B}, generator) * config_.context_noise_std + config_.context_noise_mean)
                           .exp()
                           .clamp(kLeastContextNoise, config_.context_noise_max);
    batch.context_noise =
        torch::where(uniform() < config_.clean_share, torch::full({B}, kLeastContextNoise), level).to(device);

    const auto texts = corpus_.text.index_select(0, rows);
    const auto speaks = (uniform() >= config_.no_prompt_share).to(torch::kFloat32).unsqueeze(1);
    batch.text = (text_features_.index_select(0, texts) * speaks).to(device);
    return batch;
}

torch::Tensor DynamicsTask::diffusion_loss(const DynamicsBatch& batch, const torch::Tensor& rows,
                                           torch::Generator generator) {
    const auto next = corpus_.latents.index_select(0, rows).to(batch.context.device(), torch::kFloat32);
    return dynamics_->loss(batch, next, generator);
}

torch::Tensor DynamicsTask::ego_loss(const DynamicsBatch& batch, const torch::Tensor& rows,
                                     torch::Generator generator) {
    const auto weight = dynamics_->parameters().front();
    const auto pick = [&](const torch::Tensor& t, const torch::Tensor& at) {
        return t.index_select(0, at).to(weight.device(), torch::kFloat32);
    };
    // The ego head sees a noised latent, because at run time it sees a generated one.
    const auto last = batch.context.select(1, -1);
    const auto noised = last + 0.1 * torch::randn(last.sizes(), generator).to(last.device());
    const auto motion =
        dynamics_->ego()->forward(noised.to(weight.scalar_type()), batch.action,
                                  pick(corpus_.motions, rows - 1), pick(corpus_.ups, rows - 1));
    return torch::smooth_l1_loss(motion.to(torch::kFloat32), pick(corpus_.motions, rows));
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
                                    torch::Generator generator) {
    torch::NoGradGuard no_grad;
    const auto weight = dynamics_->parameters().front();
    batch.context_noise = torch::full_like(batch.context_noise, config_.rollout_context_noise);
    const torch::Tensor made = dynamics_->sample(batch, config_.rollout_sampler_steps, generator);
    if (!corpus_.has_warp) {
        DynamicsBatch next = gather(rows + 1, generator);
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
    const WarpCondition warp =
        encode_warp(tokenizer_, pictures, known, weight.device(), weight.scalar_type());
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
    KeyframeCache keyframes;
    for (int64_t k = 0;; ++k) {
        sum = sum + diffusion_loss(batch, rows, generator) +
              config_.ego_weight * ego_loss(batch, rows, generator);
        if (k + 1 == config_.rollout_frames) break;
        batch = roll_on(std::move(batch), rows, keyframes, generator);
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
