#pragma once
/// Everything that steers a step and is no picture, as one vector.

#include <functional>

#include "world_model/condition/text.h"
#include "world_model/dynamics/dynamics_batch.h"

namespace rv::world_model {

/// Embeds noise level, the context's noise level, action and prompt. Not a module: it registers "text",
/// "noise", "context_noise", "action" and "mix" in the network that owns it, whose checkpoints keep these
/// names.
class StepEmbedding {
  public:
    /// @param cond size of the vector
    StepEmbedding(torch::nn::Module& owner, int64_t cond, const TextEncoderConfig& text);

    /// Embeds what does not change from one denoising step to the next.
    /// @return the rest: noise labels (B) -> (B, cond), in the network's dtype
    std::function<torch::Tensor(const torch::Tensor& c_noise)> bind(const DynamicsBatch& batch) const;
    [[nodiscard]] TextFeatures& text_features() const { return text_->features(); }
    [[nodiscard]] torch::ScalarType dtype() const { return mix_->weight.scalar_type(); }

  private:
    TextEncoder text_{nullptr};
    torch::nn::Linear noise_{nullptr}, context_noise_{nullptr}, action_{nullptr}, mix_{nullptr};
};

}  // namespace rv::world_model
