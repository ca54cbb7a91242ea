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
    for (const auto& text : corpus.texts) text_hashes_.push_back(hash_words(text, config.text.buckets));

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
    const auto silent = uniform();
    std::vector<int64_t> words, offsets;
    for (int64_t i = 0; i < B; ++i) {
        offsets.push_back(static_cast<int64_t>(words.size()));
        if (silent[i].item<double>() < config_.no_prompt_share) continue;
        const auto& hashes = text_hashes_[static_cast<size_t>(texts[i].item<int64_t>())];
        words.insert(words.end(), hashes.begin(), hashes.end());
    }
    batch.words = torch::tensor(words, torch::kInt64).to(device);
    batch.word_offsets = torch::tensor(offsets, torch::kInt64).to(device);
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
              config_.ego_weight * ego_loss(batch, rows, generator);
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
