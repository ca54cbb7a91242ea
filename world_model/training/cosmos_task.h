#pragma once
/// What a tokenizer that spans time is trained to do.

#include "world_model/tokenizer/cosmos/tokenizer.h"
#include "world_model/training/frame_corpus.h"
#include "world_model/training/trainer.h"

namespace rv::world_model {

struct CosmosLossConfig {
    int64_t groups = 1;            ///< latents of a film behind its first frame's own
    double picture_share = 0.25;   ///< of the steps: single pictures, as many as a film has frames
    double latent_noise = 0.05;    ///< standard deviation added to a continuous latent
    double latent_penalty = 1e-3;  ///< on the square of a continuous latent, against which noise is measured
    double gradient_weight = 0.5;  ///< L1 of the spatial differences, for sharp edges
    double motion_weight = 0.5;    ///< L1 of the differences between frames, against flicker
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(CosmosLossConfig, groups, picture_share, latent_noise,
                                                latent_penalty, gradient_weight, motion_weight)

/// L1 of films and pictures, of their spatial differences and of those in time. The published tokenizers also
/// learn from features of pretrained networks (arXiv:2501.03575, section 4.2), which are not to be had here.
class CosmosTask : public TrainingTask {
  public:
    /// @param corpus outlives the task
    /// @throws UsageError if no episode is long enough for a film, its frames are of a size that the
    /// tokenizer cannot read, or they are not consecutive.
    CosmosTask(const FrameCorpus& corpus, const CosmosTokenizerConfig& config, const CosmosLossConfig& loss);
    [[nodiscard]] std::string name() const override { return "tokenizer"; }
    torch::nn::Module& module() override { return *tokenizer_; }
    /// @param batch frames; batch / film_frames() films, at least one
    torch::Tensor loss(int64_t batch, const Draws& draws) override;
    [[nodiscard]] std::map<std::string, std::string> metadata() const override;
    /// Measures the latent's mean and standard deviation.
    void finish() override;
    [[nodiscard]] int64_t film_frames() const { return 1 + config_.groups * tokenizer_->config().time; }
    CosmosTokenizer& tokenizer() { return tokenizer_; }

  private:
    /// (B) first rows -> (B, 3, T, H, W) float32 in [-1, 1]
    [[nodiscard]] torch::Tensor films(const torch::Tensor& first, int64_t T) const;

    const FrameCorpus& corpus_;
    CosmosLossConfig config_;
    CosmosTokenizer tokenizer_;
    torch::Tensor candidates_;  // rows that a film can begin at
};

}  // namespace rv::world_model
