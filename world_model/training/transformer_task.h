#pragma once
/// What the transformer dynamics is trained to do.

#include "world_model/dynamics/transformer.h"
#include "world_model/training/dynamics_batches.h"
#include "world_model/training/trainer.h"

namespace rv::world_model {

struct TransformerLossConfig : ConditionDraws {
    double ego_weight = 0.25;   ///< of the ego head's error
    int64_t window_frames = 0;  ///< frames of a training window; 0: as many as the network sees
    double context_share =
        0.5;  ///< of frames whose own noise level is drawn as a context's, not as a denoised frame's
    double far_sink_share = 0.5;  ///< of windows whose first frame lies anywhere earlier in the episode
    double hidden_share =
        0.25;  ///< of windows whose first frames come without conditions, as observed ones do
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(TransformerLossConfig, context_noise_mean, context_noise_std,
                                                context_noise_max, clean_share, no_warp_share,
                                                no_prompt_share, ego_weight, window_frames, context_share,
                                                far_sink_share, hidden_share)

/// Diffusion forcing and the ego head on random windows of the corpus. Window: a first frame, shown as a
/// rollout's first one is, then consecutive frames of the same episode. Each frame has a noise level of its
/// own (Chen et al. 2024); a share of them as low as the context's at run time, so that most frames learn to
/// look at such ones.
class TransformerDynamicsTask : public TrainingTask {
  public:
    /// @param corpus outlives the task
    /// @throws UsageError if no episode is as long as a window, or a window is longer than the network's.
    TransformerDynamicsTask(const LatentCorpus& corpus, const TransformerDynamicsConfig& config,
                            const TransformerLossConfig& loss, const std::string& tokenizer_digest);
    [[nodiscard]] std::string name() const override { return "dynamics"; }
    torch::nn::Module& module() override { return *dynamics_; }
    /// @param batch frames; batch / window_frames windows, at least one
    torch::Tensor loss(int64_t batch, const Draws& source) override;
    [[nodiscard]] std::map<std::string, std::string> metadata() const override;

  private:
    struct Windows {
        torch::Tensor rows;     // (B T)
        torch::Tensor hidden;   // (B T) bool: without conditions
        torch::Tensor learned;  // (B T) bool: neither first nor hidden
        torch::Tensor sigma;    // (B T)
        [[nodiscard]] Windows frames(int64_t first, int64_t count) const;
    };
    /// All windows of a batch, whoever computes them: how many of their frames are learned is different in
    /// every part.
    [[nodiscard]] Windows draw(int64_t B, torch::Generator generator) const;

    const LatentCorpus& corpus_;
    TransformerLossConfig config_;
    TransformerDynamics dynamics_;
    DynamicsBatches batches_;
    std::string tokenizer_digest_;
    int64_t T_;
    torch::Tensor candidates_;  // rows that can be a window's second frame
};

}  // namespace rv::world_model
