#include "world_model/training/tasks.h"

namespace rv::world_model {
namespace {

constexpr double kLeastContextNoise = 0.005;
constexpr int64_t kStatisticsRows = 4096;

}  // namespace

DynamicsTask::DynamicsTask(const LatentCorpus& corpus, const ConvolutionalDynamicsConfig& config,
                           const DynamicsLossConfig& loss, const std::string& tokenizer_digest)
    : corpus_(corpus), config_(loss), tokenizer_digest_(tokenizer_digest), dynamics_(config) {
    candidates_ = (torch::arange(corpus.size()) != corpus.episode_begin).nonzero().squeeze(1);
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

torch::Tensor DynamicsTask::loss(int64_t batch_size, torch::Generator generator) {
    const auto rows = candidates_.index_select(
        0, torch::randint(candidates_.size(0), {batch_size}, generator, torch::kInt64));
    const DynamicsBatch batch = gather(rows, generator);
    const auto weight = dynamics_->parameters().front();
    const auto pick = [&](const torch::Tensor& t, const torch::Tensor& at) {
        return t.index_select(0, at).to(weight.device(), torch::kFloat32);
    };
    const auto diffusion = dynamics_->loss(batch, pick(corpus_.latents, rows), generator);

    // The ego head sees a noised latent, because at run time it sees a generated one.
    const auto last = batch.context.select(1, -1);
    const auto noised = last + 0.1 * torch::randn(last.sizes(), generator).to(last.device());
    const auto motion =
        dynamics_->ego()->forward(noised.to(weight.scalar_type()), batch.action,
                                  pick(corpus_.motions, rows - 1), pick(corpus_.ups, rows - 1));
    const auto ego = torch::smooth_l1_loss(motion.to(torch::kFloat32), pick(corpus_.motions, rows));
    return diffusion + config_.ego_weight * ego;
}

std::map<std::string, std::string> DynamicsTask::metadata() const {
    return {{"kind", "convolutional"},
            {"config", nlohmann::json(dynamics_->config()).dump()},
            {"loss", nlohmann::json(config_).dump()},
            {"tokenizer", tokenizer_digest_}};
}

}  // namespace rv::world_model
