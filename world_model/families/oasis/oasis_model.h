#pragma once
/// Oasis as it is played: the transformer, the autoencoder and the sampler together.

#include <torch/torch.h>

#include <nlohmann/json.hpp>

#include "world_model/families/game_model.h"
#include "world_model/families/oasis/dit.h"
#include "world_model/families/oasis/schedule.h"
#include "world_model/families/oasis/vae.h"

namespace rv::world_model::families::oasis {

/// How the past is known to a denoising step.
enum class Mode {
    Recompute,  ///< the whole window runs through the network again, as in the authors' script
    Cached,     ///< keys and values of finished frames are kept; exact until the window slides, then older
                ///< frames still know of those before them that have left the window
};
NLOHMANN_JSON_SERIALIZE_ENUM(Mode, {{Mode::Cached, "cached"}, {Mode::Recompute, "recompute"}})

class OasisModel : public GameModel {
  public:
    /// @param dit, vae read once each, in this order. @throws FileError for tensors that do not fit.
    OasisModel(const OasisConfig& config, WeightSource& dit, WeightSource& vae, Mode mode);

    [[nodiscard]] TensorMap begin(const torch::Tensor& frames) const override;
    torch::Tensor step(TensorMap& state, const StepInput& input, int steps, torch::Generator generator,
                       StepTimes& times) const override;
    [[nodiscard]] torch::Tensor reconstruct(const torch::Tensor& frame) const override;

    // The same in parts, for measurements.

    /// A state whose frames are known already. @param latents (T, C, h, w)  @param actions (T, A), each that
    /// which led to its frame: zero for the first
    [[nodiscard]] TensorMap begin_with(const torch::Tensor& latents, const torch::Tensor& actions) const;
    /// The next latent, (1, C, h, w). @param noise (1, C, h, w)  @param action (1, A)
    torch::Tensor next_latent(TensorMap& state, const torch::Tensor& action, const torch::Tensor& noise,
                              int64_t steps) const;

    /// The same networks, sharing their weights, in another mode.
    [[nodiscard]] OasisModel in_mode(Mode mode) const {
        OasisModel other = *this;
        other.mode_ = mode;
        return other;
    }
    [[nodiscard]] const OasisConfig& config() const { return config_; }
    [[nodiscard]] const Dit& dit() const { return dit_; }
    [[nodiscard]] const Vae& vae() const { return vae_; }

  private:
    // Appends a finished frame to the state.
    void remember(TensorMap& state, const torch::Tensor& latent, const torch::Tensor& action) const;
    [[nodiscard]] torch::Tensor predict(TensorMap& state, const torch::Tensor& x, int64_t level,
                                        const torch::Tensor& action) const;

    OasisConfig config_;
    Schedule schedule_;
    Dit dit_;
    Vae vae_;
    Mode mode_;
};

}  // namespace rv::world_model::families::oasis
