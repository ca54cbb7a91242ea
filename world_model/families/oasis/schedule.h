#pragma once
/// The noise levels of Oasis and the step between two of them.

#include <torch/torch.h>

#include <vector>

#include "world_model/families/oasis/config.h"

namespace rv::world_model::families::oasis {

/// Sigmoid schedule (Jabri et al. 2022, "Scalable Adaptive Computation for Iterative Generation", Fig. 8),
/// v-prediction (Salimans and Ho 2022, Sec. 4) and DDIM steps (Song et al. 2021, Eq. 12 with eta = 0).
class Schedule {
  public:
    explicit Schedule(const OasisConfig& config);

    /// The levels that `steps` denoising steps begin at, from the noisiest on. The last step ends without
    /// noise.
    [[nodiscard]] std::vector<int64_t> levels(int64_t steps) const;
    /// One step. @param x the noisy latent at `level`  @param v the network's output, of x's shape
    /// @param next the level to go to, or -1: no noise at all
    [[nodiscard]] torch::Tensor step(const torch::Tensor& x, const torch::Tensor& v, int64_t level,
                                     int64_t next) const;
    /// What the context is labelled with.
    [[nodiscard]] int64_t context_level() const { return context_level_; }

  private:
    std::vector<float> alpha_;  // products of all 1 - beta up to a level: the share of the signal's variance
    int64_t context_level_;
};

}  // namespace rv::world_model::families::oasis
