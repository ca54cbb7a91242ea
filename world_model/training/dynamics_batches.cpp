#include "world_model/training/dynamics_batches.h"

namespace rv::world_model {
namespace {

constexpr int64_t kStatisticsRows = 4096;

}  // namespace

DynamicsBatches::DynamicsBatches(const LatentCorpus& corpus, const ConditionDraws& draws,
                                 TextFeatures& features)
    : corpus_(corpus), config_(draws) {
    std::vector<torch::Tensor> rows;
    for (const auto& text : corpus.texts) rows.push_back(features.of(text));
    text_features_ = torch::stack(rows);
}

torch::Tensor DynamicsBatches::pick(const torch::Tensor& of, const torch::Tensor& at, torch::Device device) {
    return of.index_select(0, at).to(device, torch::kFloat32);
}

torch::Tensor DynamicsBatches::draw_context_noise(int64_t B, const Draws& draws) const {
    const auto level = (draws.randn({B}) * config_.context_noise_std + config_.context_noise_mean)
                           .exp()
                           .clamp(kMinContextNoise, config_.context_noise_max);
    return torch::where(draws.rand({B}) < config_.clean_share, torch::full({B}, kMinContextNoise), level);
}

DynamicsBatch DynamicsBatches::gather(const torch::Tensor& rows, int64_t T, torch::Device device,
                                      const Draws& draws, const torch::Tensor& hidden) const {
    const int64_t B = rows.size(0);
    const auto shown = hidden.defined() ? hidden.logical_not() : torch::ones({B}, torch::kBool);
    const auto shown_share = shown.to(device, torch::kFloat32);
    const auto uniform = [&] { return draws.rand({B}); };
    DynamicsBatch batch;
    // Times before the episode show its first frame, as a rollout's do.
    const auto begin = corpus_.episode_begin.index_select(0, rows);
    const auto times =
        torch::maximum(rows.unsqueeze(1) + torch::arange(-T, 0).unsqueeze(0), begin.unsqueeze(1));
    batch.context = pick(corpus_.latents, times.flatten(), device).unflatten(0, {B, T});  // (B, T, C, h, w)
    const auto warp =
        (shown & (uniform() >= config_.no_warp_share)).to(device, torch::kFloat32).reshape({-1, 1, 1, 1});
    batch.warped = pick(corpus_.warped, rows, device) * warp;
    batch.validity = pick(corpus_.validity, rows, device) * warp;
    batch.rays = pick(corpus_.rays, rows, device) * shown_share.reshape({-1, 1, 1, 1});
    batch.action = pick(corpus_.actions, rows, device) * shown_share.unsqueeze(1);
    batch.context_noise = draw_context_noise(B, draws).to(device);

    const auto texts = corpus_.text.index_select(0, rows);
    const auto speaks = (shown & (uniform() >= config_.no_prompt_share)).to(torch::kFloat32).unsqueeze(1);
    batch.text = (text_features_.index_select(0, texts) * speaks).to(device);
    return batch;
}

torch::Tensor DynamicsBatches::ego_loss(EgoHead& ego, const DynamicsBatch& batch, const torch::Tensor& rows,
                                        const Draws& draws) const {
    const auto weight = ego->parameters().front();
    const auto motions = [&](const torch::Tensor& at) { return pick(corpus_.motions, at, weight.device()); };
    // The ego head sees a noised latent, because at run time it sees a generated one.
    const auto last = batch.context.select(1, -1);
    const auto noised = last + 0.1 * draws.randn(last.sizes()).to(last.device());
    const auto motion = ego->forward(noised.to(weight.scalar_type()), batch.action, motions(rows - 1),
                                     pick(corpus_.ups, rows - 1, weight.device()));
    return torch::smooth_l1_loss(motion.to(torch::kFloat32), motions(rows));
}

torch::Tensor DynamicsBatches::residual_std(const torch::Tensor& candidates) const {
    torch::NoGradGuard no_grad;
    const int64_t stride = std::max<int64_t>(1, candidates.size(0) / kStatisticsRows);
    const auto rows = candidates.slice(0, 0, candidates.size(0), stride);
    DynamicsBatch batch;
    batch.context = pick(corpus_.latents, rows - 1, torch::kCPU).unsqueeze(1);
    batch.warped = pick(corpus_.warped, rows, torch::kCPU);
    batch.validity = pick(corpus_.validity, rows, torch::kCPU);
    const auto residual = pick(corpus_.latents, rows, torch::kCPU) - residual_base(batch);
    return residual.transpose(0, 1).flatten(1).std(1).clamp_min(1e-3);
}

}  // namespace rv::world_model
