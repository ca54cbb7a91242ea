#pragma once
/// What every dynamics is told of the frames that it is to predict.

#include "world_model/condition/text.h"
#include "world_model/dynamics/dynamics.h"
#include "world_model/sampling/draws.h"

namespace rv::world_model {

/// A batch as the networks see it.
struct DynamicsBatch {
    torch::Tensor context;        ///< (B, T, C, h, w) past latents, oldest first
    torch::Tensor warped;         ///< (B, C, h, w)
    torch::Tensor validity;       ///< (B, 1, h, w)
    torch::Tensor rays;           ///< (B, 6, h, w)
    torch::Tensor action;         ///< (B, A)
    torch::Tensor context_noise;  ///< (B) standard deviation of the noise put on context and warped
    torch::Tensor text;           ///< (B, F) the prompts' TextFeatures
};

inline constexpr double kMinContextNoise = 0.005;  // keeps its logarithm finite

/// The batch of one step of one rollout; conditions that this world has not are zero.
/// @param context (1, T, C, h, w)  @param text_size of a prompt's features
/// @throws Error if a condition's shape does not fit the context's
DynamicsBatch batch_of(const torch::Tensor& context, const Conditions& conditions, double context_noise,
                       int64_t text_size);

/// Adds the noise that batch.context_noise tells of to context and warped.
void add_context_noise(DynamicsBatch& batch, const Noise& noise);

/// The batch, and behind it the same without its prompts: (2 B, ...), for guided().
DynamicsBatch with_unprompted(const DynamicsBatch& batch);

/// What is left of a predicted residual, (B, 1, h, w). @param trust see SamplerSettings
torch::Tensor residual_gain(const DynamicsBatch& batch, double trust);

/// What a prediction's residual is taken against, (B, C, h, w): the reprojection where it is known, else the
/// newest latent of the context.
torch::Tensor residual_base(const DynamicsBatch& batch);

}  // namespace rv::world_model
