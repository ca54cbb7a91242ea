#pragma once
/// The live generation of worlds made of a tokenizer, a dynamics and a decoder.

#include <torch/torch.h>

#include <memory>

#include "world_model/rollout_state.h"
#include "world_model/world_parts.h"

namespace rv::world_model {

class LatentRollout : public Rollout {
  public:
    /// @param parts outlive the rollout  @param frame (3, H, W) in [-1, 1]  @param up see RolloutState
    LatentRollout(const WorldParts& parts, uint64_t seed, const torch::Tensor& frame, glm::vec3 up);

    void step(const StepInput& input) override;
    void observe(const at::Tensor& frame, const StepInput& input) override;
    [[nodiscard]] uint64_t frame_index() const override { return state_.frame_index; }
    [[nodiscard]] const at::Tensor& frame() const override { return state_.frame; }
    [[nodiscard]] CameraPose pose() const override { return state_.pose; }
    [[nodiscard]] StepTimes times() const override { return times_; }
    void copy_frame(std::span<std::uint8_t> rgba) const override;
    void copy_view(InnerView view, std::span<std::uint8_t> rgba) const override;
    [[nodiscard]] std::unique_ptr<Rollout> copy() const override;
    [[nodiscard]] std::size_t copy_bytes() const override;
    void save(const std::filesystem::path& file) const override;
    void restore(const std::filesystem::path& file) override;

  private:
    LatentRollout(const LatentRollout& other);

    void make_frame(const StepInput& input);
    /// Where the next camera is, seen from the current one.
    CameraPose next_motion(const StepInput& input);
    /// The current frame as the memory keeps it.
    [[nodiscard]] PosedFrame posed() const;
    /// Draws what is known into the next camera, for the dynamics and for the decoder; takes the current
    /// frame into the memory.
    PaintedBefore look_ahead(const CameraPose& motion, const StepInput& input, Conditions& conditions);
    void keep_geometry(const Decoded& decoded);
    void move_to(const torch::Tensor& frame, const torch::Tensor& latent, const Decoded& decoded,
                 const CameraPose& motion);

    const WorldParts& parts_;
    RolloutState state_;
    StepTimes times_;
};

}  // namespace rv::world_model
