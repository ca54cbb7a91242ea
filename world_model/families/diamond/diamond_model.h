#pragma once
/// DIAMOND as it is played: the denoiser over the last few frames, and for some games a second one that
/// paints each frame larger.

#include <torch/torch.h>

#include <memory>
#include <optional>

#include "world_model/families/diamond/actions.h"
#include "world_model/families/diamond/reward_end.h"
#include "world_model/families/diamond/sampler.h"
#include "world_model/families/game_model.h"

namespace rv::world_model::families::diamond {

class DiamondModel : public GameModel {
  public:
    /// @param head tells when a game ends, and begins it again then; without one it goes on for ever
    DiamondModel(Denoiser denoiser, std::optional<Denoiser> upsampler, std::unique_ptr<GameActions> actions,
                 std::optional<RewardEnd> head = {});

    [[nodiscard]] TensorMap begin(const torch::Tensor& frames) const override;
    torch::Tensor step(TensorMap& state, const StepInput& input, int steps, torch::Generator generator,
                       StepTimes& times) const override;

    [[nodiscard]] const Denoiser& denoiser() const { return denoiser_; }

    /// A state that knows frames and the actions between them. @param frames (T, C, H, W), T the network's
    /// @param actions (T, A); the last row does not matter, the next step replaces it
    [[nodiscard]] TensorMap begin_with(const torch::Tensor& frames, const torch::Tensor& actions) const;
    /// The next frame at the denoiser's own size, (C, H, W). @param action (A)
    torch::Tensor next_frame(TensorMap& state, const torch::Tensor& action, int64_t steps,
                             const Noise& noise) const;

  private:
    torch::Tensor enlarged(TensorMap& state, const torch::Tensor& frame, const Noise& noise) const;

    void begin_game(TensorMap& state) const;
    void play_on(TensorMap& state, const torch::Tensor& before, const torch::Tensor& action,
                 torch::Generator generator) const;

    Denoiser denoiser_;
    std::optional<Denoiser> upsampler_;
    std::unique_ptr<GameActions> actions_;
    std::optional<RewardEnd> head_;
};

}  // namespace rv::world_model::families::diamond
