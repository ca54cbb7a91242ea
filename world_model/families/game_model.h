#pragma once
/// What a published world model is to the rest of Reverie: it begins with pictures and makes the next one out
/// of what is held. One implementation a family.

#include <torch/torch.h>

#include "world_model/checkpoint.h"
#include "world_model/world.h"

namespace rv::world_model::families {

class GameModel {
  public:
    virtual ~GameModel() = default;

    /// The whole state of a rollout whose newest frame is the last of `frames`: plain tensors by name, of
    /// shapes that never change.
    /// @param frames (T, 3, H, W) float32 in [-1, 1], T at least 1
    [[nodiscard]] virtual TensorMap begin(const torch::Tensor& frames) const = 0;
    /// The next frame. Replaces tensors of the state or writes into them. Draws from `generator` alone.
    /// @param steps of the sampler, at least 1  @param times condition, dynamics and decoder are filled in
    /// @return (3, H, W) float32 in [-1, 1] on the CPU or the model's device
    virtual torch::Tensor step(TensorMap& state, const StepInput& input, int steps,
                               torch::Generator generator, StepTimes& times) const = 0;
    /// What the model's own coder gives back of a frame, (3, H, W) -> (3, H, W); undefined without a coder.
    [[nodiscard]] virtual torch::Tensor reconstruct(const torch::Tensor&) const { return {}; }
};

}  // namespace rv::world_model::families
