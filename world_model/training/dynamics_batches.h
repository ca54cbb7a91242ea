#pragma once
/// Batches of a latent corpus as a dynamics sees them, with what is drawn at random; shared by all kinds of
/// dynamics.

#include "world_model/dynamics/dynamics_batch.h"
#include "world_model/dynamics/ego_head.h"
#include "world_model/training/latent_corpus.h"

namespace rv::world_model {

/// What is hidden or noised in training, so that a model copes at run time.
struct ConditionDraws {
    double context_noise_mean = -1.8,
           context_noise_std = 0.9;  ///< log-normal level of the noise on the context
    double context_noise_max = 1.5;
    double clean_share = 0.15;    ///< of samples whose context has next to no noise
    double no_warp_share = 0.05;  ///< of samples without a reprojection
    double no_prompt_share = 0.1;
};

class DynamicsBatches {
  public:
    /// @param corpus outlives this  @param features of prompts
    DynamicsBatches(const LatentCorpus& corpus, const ConditionDraws& draws, TextFeatures& features);

    /// What is known before frames `rows` (B), with a clean context of T latents and the level of its noise.
    /// @param hidden (B) bool, optional: frames of which nothing but the context is known
    [[nodiscard]] DynamicsBatch gather(const torch::Tensor& rows, int64_t T, torch::Device device,
                                       const Draws& draws, const torch::Tensor& hidden = {}) const;
    /// (B) levels of the context's noise.
    [[nodiscard]] torch::Tensor draw_context_noise(int64_t B, const Draws& draws) const;
    /// The error of the ego head that sees batch.context and batch.action of `rows`.
    [[nodiscard]] torch::Tensor ego_loss(EgoHead& ego, const DynamicsBatch& batch, const torch::Tensor& rows,
                                         const Draws& draws) const;
    /// Rows `at` (B) of a tensor of the corpus, float32.
    [[nodiscard]] static torch::Tensor pick(const torch::Tensor& of, const torch::Tensor& at,
                                            torch::Device device);
    /// The standard deviation a channel, (C), of what is left of frames `rows` when their residual_base() is
    /// taken off; measured on some of them.
    [[nodiscard]] torch::Tensor residual_std(const torch::Tensor& rows) const;

  private:
    const LatentCorpus& corpus_;
    ConditionDraws config_;
    torch::Tensor text_features_;  // (texts, F)
};

}  // namespace rv::world_model
