#pragma once
/// What each of the networks is trained to do.

#include <unordered_map>

#include "world_model/condition/spatial_memory.h"
#include "world_model/decoder/diffusion.h"
#include "world_model/dynamics/convolutional.h"
#include "world_model/tokenizer/convolutional.h"
#include "world_model/training/dynamics_batches.h"
#include "world_model/training/frame_corpus.h"
#include "world_model/training/latent_corpus.h"
#include "world_model/training/trainer.h"

namespace rv::world_model {

struct TokenizerLossConfig {
    double latent_noise =
        0.05;  ///< standard deviation added to the latent, so that small errors of it stay small
    double latent_penalty = 1e-3;  ///< on the square of the latent, against which the noise is measured
    double gradient_weight = 0.5;  ///< L1 of the pictures' spatial differences, for sharp edges
    double depth_weight = 0.3;     ///< L1 of the inverse depth
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(TokenizerLossConfig, latent_noise, latent_penalty,
                                                gradient_weight, depth_weight)

/// L1 of the picture, of its gradients and of the inverse depth, with noise on the latent.
class TokenizerTask : public TrainingTask {
  public:
    TokenizerTask(const FrameCorpus& corpus, const ConvolutionalTokenizerConfig& config,
                  const TokenizerLossConfig& loss);
    [[nodiscard]] std::string name() const override { return "tokenizer"; }
    torch::nn::Module& module() override { return *tokenizer_; }
    torch::Tensor loss(int64_t batch, const Draws& draws) override;
    [[nodiscard]] std::map<std::string, std::string> metadata() const override;
    /// Measures the latent's mean and standard deviation.
    void finish() override;
    ConvolutionalTokenizer& tokenizer() { return tokenizer_; }

  private:
    const FrameCorpus& corpus_;
    TokenizerLossConfig config_;
    ConvolutionalTokenizer tokenizer_;
};

struct DynamicsLossConfig : ConditionDraws {
    double ego_weight = 0.25;  ///< of the ego head's error
    int64_t rollout_frames =
        1;  ///< 1: every context is true; n: frames in a row, of which each but the first has a
            ///< context that the model generated itself, so that it learns to mend its errors
    int rollout_sampler_steps = 2;
    double rollout_context_noise = 0.05;  ///< as at run time
    double prompt_change_share = 0;  ///< of sequences that begin around a change of prompt, besides those
                                     ///< that do so by chance
    double rollout_soft_share = 0;   ///< of reprojections that are softened: kept frames were generated once
                                     ///< too, and what is soft must not stay so
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(DynamicsLossConfig, context_noise_mean, context_noise_std,
                                                context_noise_max, clean_share, no_warp_share,
                                                no_prompt_share, ego_weight, rollout_frames,
                                                rollout_sampler_steps, rollout_context_noise,
                                                rollout_soft_share, prompt_change_share)

/// Next-latent diffusion and the ego head, on random places of the corpus. A batch is batch / rollout_frames
/// sequences; within one, the model's own samples become the context of the frames behind (self-rollout, as
/// in Valevski et al. 2024 and Huang et al. 2025, "Self Forcing", but with the plain diffusion loss).
class DynamicsTask : public TrainingTask {
  public:
    /// @param tokenizer turns generated latents into the next reprojection; not trained, outlives the task
    DynamicsTask(const LatentCorpus& corpus, Tokenizer& tokenizer, const ConvolutionalDynamicsConfig& config,
                 const DynamicsLossConfig& loss, const std::string& tokenizer_digest);
    [[nodiscard]] std::string name() const override { return "dynamics"; }
    torch::nn::Module& module() override { return *dynamics_; }
    torch::Tensor loss(int64_t batch, const Draws& draws) override;
    [[nodiscard]] std::map<std::string, std::string> metadata() const override;

  private:
    using KeyframeCache = std::unordered_map<int64_t, PosedFrame>;  // by row of the corpus
    /// Adds what `rows` want of their keyframes, as the tokenizer gives them back.
    void decode_keyframes(const torch::Tensor& rows, KeyframeCache& keyframes);
    [[nodiscard]] DynamicsBatch gather(const torch::Tensor& rows, const Draws& draws);
    /// (B) rows to begin at.
    [[nodiscard]] torch::Tensor draw_rows(int64_t B, const Draws& draws) const;
    torch::Tensor diffusion_loss(const DynamicsBatch& batch, const torch::Tensor& rows, const Draws& draws);
    /// The batch of the frames behind `rows`, with what the model makes of `rows` itself as the newest
    /// context.
    DynamicsBatch roll_on(DynamicsBatch batch, const torch::Tensor& rows, KeyframeCache& keyframes,
                          const Draws& draws);

    const LatentCorpus& corpus_;
    Tokenizer& tokenizer_;
    DynamicsLossConfig config_;
    ConvolutionalDynamics dynamics_;
    DynamicsBatches batches_;
    std::string tokenizer_digest_;
    torch::Tensor
        candidates_;  // rows that have a last frame and rollout_frames - 1 frames of their episode behind
    torch::Tensor changes_;  // those of them around a change of prompt
};

struct DecoderLossConfig {
    double latent_noise = 0.3;  ///< largest standard deviation added to the latents
    // For a decoder that remembers:
    int64_t rollout_frames = 2;  ///< in a row; each but the first remembers what the decoder painted itself
    double forgotten_share = 0.15;                        ///< of the frames: nothing is remembered
    double recoloured_share = 0.3, softened_share = 0.3;  ///< of what is remembered, see wear.h
    double pose_error = 0.004;                            ///< radians and metres, standard deviation
    double lag = 0.8;  ///< how far the latents may fall back to what the reprojection gives, at most: a
                       ///< dynamics errs in that direction, and what is remembered sharply should win there
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(DecoderLossConfig, latent_noise, rollout_frames,
                                                forgotten_share, recoloured_share, softened_share, pose_error,
                                                lag)

/// Frames from noised latents and, for a decoder that remembers, from what it painted before.
class DecoderTask : public TrainingTask {
  public:
    /// @param tokenizer prepared for `device` and `dtype`; it is not trained
    DecoderTask(const FrameCorpus& corpus, Tokenizer& tokenizer, torch::Device device,
                torch::ScalarType dtype, const DiffusionDecoderConfig& config, const DecoderLossConfig& loss,
                const std::string& tokenizer_digest);
    [[nodiscard]] std::string name() const override { return "decoder"; }
    torch::nn::Module& module() override { return *decoder_; }
    torch::Tensor loss(int64_t batch, const Draws& draws) override;
    [[nodiscard]] std::map<std::string, std::string> metadata() const override;

  private:
    /// Some frames and what the tokenizer makes of them.
    struct Seen {
        torch::Tensor frames;   // (B, 3, H, W), as shown
        torch::Tensor latents;  // noised
        Decoded decoded;
    };
    struct Kept {
        torch::Tensor rows;  // (B) of the corpus
        Seen seen;
    };
    Seen see(const torch::Tensor& rows, double noise, const Draws& draws);
    /// Random frames of the same episodes, from before `rows`.
    std::vector<Kept> keep(const torch::Tensor& rows, const Draws& draws);
    /// The memory's view of some rows.
    struct Remembered {
        PaintedBefore painted;  // worn
        torch::Tensor drawn;    // (B, 3, H, W) from the tokenizer's pictures
        torch::Tensor known;    // (B, 1, H, W)
    };
    Remembered remember(const Kept& newest, const std::vector<Kept>& kept, const torch::Tensor& rows,
                        const Draws& draws);
    /// Moves the latents of a sequence towards what the reprojection gives, and decodes them.
    void fall_back(Seen& seen, const Kept& newest, const Remembered& remembered, const Draws& draws);

    const FrameCorpus& corpus_;
    Tokenizer& tokenizer_;
    torch::Device device_;
    torch::ScalarType dtype_;
    DecoderLossConfig config_;
    std::string tokenizer_digest_;
    DiffusionDecoder decoder_;
    torch::Tensor begin_;       // (N) the corpus' episode_begin
    torch::Tensor candidates_;  // rows that may be painted first
};

}  // namespace rv::world_model
