#pragma once
/// Predicts the next latent frame from past latents and from what steers it.

#include <torch/torch.h>

#include <map>
#include <string>

#include "engine/core/action.h"
#include "engine/core/camera.h"
#include "world_model/condition/text.h"
#include "world_model/sampling/noise.h"

namespace rv::world_model {

/// Everything that a dynamics keeps between frames (past latents, key-value caches), by name. Plain tensors,
/// so that every rollout can copy, save and restore every family's state without knowing it.
using DynamicsState = std::map<std::string, torch::Tensor>;

/// What steers one step of one rollout (batch 1), on the model's device. Undefined tensors: nothing is asked
/// for, or this world has no such condition.
struct Conditions {
    torch::Tensor action;    ///< (1, kActionSize), see action_tensor()
    torch::Tensor text;      ///< (1, F) the prompt as Dynamics::text_features() gives it
    torch::Tensor rays;      ///< (1, 6, h, w) Plücker rays of the next camera, seen from the last
    torch::Tensor warped;    ///< (1, C, h, w) latent of the last frame reprojected into the next camera
    torch::Tensor validity;  ///< (1, 1, h, w) share of each cell that the reprojection knows, 0 to 1
};

/// How to draw a sample.
struct SamplerSettings {
    int steps = 3;
    double context_noise =
        0.05;  ///< standard deviation of the noise put on the context, which the model is told
    /// How much the prompt counts beyond what the model learned (classifier-free guidance, Ho and Salimans
    /// 2022): 1 leaves it, more costs a second pass. Families without it take no notice.
    double guidance = 1;
    /// Share of the predicted change that is left out where the reprojection is known: shrinks what a small
    /// model gets wrong of things that stay as they were seen.
    double trust = 0;
};

class Dynamics {
  public:
    virtual ~Dynamics() = default;
    /// @param latent (1, C, h, w) of the first frame.
    [[nodiscard]] virtual DynamicsState begin(const torch::Tensor& latent) const = 0;
    /// Predicts the next latent (1, C, h, w) and appends it to the state.
    virtual torch::Tensor step(DynamicsState& state, const Conditions& conditions,
                               const SamplerSettings& sampler, Noise noise) = 0;
    /// Appends a latent (1, C, h, w) that was not predicted.
    virtual void append(DynamicsState& state, const torch::Tensor& latent) const = 0;
    /// Where the ego's camera will be after `action`, seen from where it is: what the model learned of
    /// speeds, slopes and walls.
    /// @param last the motion of the frame before  @param up the world's up in the camera's axes
    virtual CameraPose motion(const DynamicsState& state, const Action& action, const CameraPose& last,
                              glm::vec3 up) = 0;
    /// The same as the network says it, on the model's device: all (1, n), see EgoHead::forward.
    [[nodiscard]] virtual torch::Tensor motion_code(const DynamicsState& state, const torch::Tensor& action,
                                                    const torch::Tensor& last, const torch::Tensor& up) = 0;
    /// What reads prompts for Conditions::text.
    [[nodiscard]] virtual TextFeatures& text_features() const = 0;
};

/// (1, kActionSize) float32, CPU.
torch::Tensor action_tensor(const Action& action);

}  // namespace rv::world_model
