#pragma once
/// The live generation of worlds made of a tokenizer, a dynamics and a decoder.

#include <torch/torch.h>

#include <memory>

#include "world_model/checkpoint.h"
#include "world_model/condition/spatial_memory.h"
#include "world_model/parts.h"
#include "world_model/world.h"

namespace rv::world_model {

/// What all rollouts of one world share; immutable after opening, except for the networks' own scratch
/// memory.
struct WorldParts {
    WorldInfo info;
    std::string digest;
    torch::Device device = torch::kCPU;
    torch::ScalarType dtype = torch::kFloat32;
    std::shared_ptr<Tokenizer> tokenizer;
    std::shared_ptr<Dynamics> dynamics;
    std::shared_ptr<Decoder> decoder;  ///< null: the tokenizer's own
    Intrinsics intrinsics;             ///< of the tokenizer's pictures; info has those of the shown frames
    double context_noise = 0.05;
    int decoder_steps = 1;
    double prompt_guidance = 1;  ///< while a new prompt's look settles
    double trust = 0;            ///< see SamplerSettings; not while a new look settles
    bool memory = true;          ///< draws kept frames; otherwise the last one alone

    /// Whether kept frames are kept as shown too.
    [[nodiscard]] bool keeps_shown() const { return decoder && decoder->remembers(); }
    /// (3, H, W) as shown -> (1, 3, H, W) as the tokenizer takes it.
    [[nodiscard]] torch::Tensor for_tokenizer(const torch::Tensor& frame) const;
    /// A latent as a frame to show, (3, H, W) in [-1, 1] float32. @param decoded the tokenizer's, of `latent`
    torch::Tensor paint(const torch::Tensor& latent, const Decoded& decoded, const PaintedBefore& before,
                        torch::Generator generator) const;
};

/// The whole state of a rollout; see Rollout.
struct RolloutState {
    uint64_t seed = 0, frame_index = 0;
    DynamicsState dynamics;
    torch::Tensor frame;   ///< (3, H, W) float32
    torch::Tensor latent;  ///< (1, C, h, w) float32 of that frame, to be looked at
    torch::Tensor draft;   ///< (3, H, W) float32, the tokenizer's picture of the frame, at its resolution:
                           ///< what is reprojected for the dynamics, in which the decoder's invented detail
                           ///< would feed on itself
    torch::Tensor inverse_depth;  ///< (1, H, W) float32, undefined for worlds without depth
    SpatialMemory memory;
    CameraPose pose, last_motion;
    glm::vec3 up{0, 1, 0};  ///< the world's up in the axes of frame 0's camera
};

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

    /// Where the next camera is, seen from the current one.
    CameraPose next_motion(const StepInput& input);
    /// The current frame as the memory keeps it.
    [[nodiscard]] PosedFrame posed() const;
    /// Draws what is known into the next camera, for the dynamics and for the decoder; takes the current
    /// frame into the memory.
    PaintedBefore look_ahead(const CameraPose& motion, const StepInput& input, Conditions& conditions);
    /// Whether the prompt has changed not long ago.
    [[nodiscard]] bool settling() const;
    void keep_geometry(const Decoded& decoded);
    void move_to(const torch::Tensor& frame, const torch::Tensor& latent, const Decoded& decoded,
                 const CameraPose& motion);

    const WorldParts& parts_;
    RolloutState state_;
    StepTimes times_;
};

}  // namespace rv::world_model
