#pragma once
/// The head of DIAMOND's Atari models that tells rewards and the end of a game.

#include <torch/torch.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "world_model/families/diamond/unet.h"

namespace rv::world_model::families::diamond {

/// Under the names of config/agent/default.yaml, RewEndModelConfig.
struct RewardEndConfig {
    int64_t lstm_dim = 512;
    int64_t img_channels = 3, img_size = 64;
    int64_t cond_channels = 128;
    std::vector<int64_t> depths = {2, 2, 2, 2}, channels = {32, 32, 32, 32}, attn_depths = {0, 0, 0, 0};
    int64_t num_actions = 4;

    /// Numbers that the memory takes a frame: what the encoder leaves of two pictures.
    [[nodiscard]] int64_t features() const;
    /// @throws UsageError naming what no network of this kind can be made of.
    void check() const;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(RewardEndConfig, lstm_dim, img_channels, img_size,
                                                cond_channels, depths, channels, attn_depths, num_actions)

class RewardEnd {
  public:
    /// @throws FileError if the source's tensors do not fit.
    RewardEnd(const RewardEndConfig& config, WeightSource& weights);

    /// What the network remembers of a game: (1, lstm_dim) each, zero at its beginning.
    struct Memory {
        torch::Tensor hidden, cell;
    };
    struct Prediction {
        torch::Tensor reward;  ///< (3) logits of -1, 0 and 1
        torch::Tensor end;     ///< (2) logits of going on and of ending
    };
    [[nodiscard]] Memory begin() const;
    /// @param before, after (C, img_size, img_size) in [-1, 1]  @param action (A) of 0 and 1
    Prediction predict(const torch::Tensor& before, const torch::Tensor& action, const torch::Tensor& after,
                       Memory& memory) const;

    [[nodiscard]] const RewardEndConfig& config() const { return config_; }

  private:
    RewardEndConfig config_;
    Conv2d conv_in_;
    std::vector<ResBlocks> blocks_;
    std::vector<Conv2d> downsamples_;  // of every level but the first
    torch::Tensor act_emb_, weight_ih_, weight_hh_, bias_ih_, bias_hh_;
    Linear head_0_, head_2_;
};

}  // namespace rv::world_model::families::diamond
