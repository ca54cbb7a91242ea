#pragma once
/// The live generation of worlds made of a tokenizer, a dynamics and a decoder.

#include <torch/torch.h>

#include <memory>

#include "world_model/checkpoint.h"
#include "world_model/condition/frame_memory.h"
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
    double context_noise = 0.05;
    int decoder_steps = 1;
};

/// The whole state of a rollout; see Rollout.
struct RolloutState {
    uint64_t seed = 0, frame_index = 0;
    DynamicsState dynamics;
    torch::Tensor frame;  ///< (3, H, W) float32
    torch::Tensor draft;  ///< (3, H, W) float32, the tokenizer's picture of the frame: what is reprojected,
                          ///< because the decoder's invented detail would feed on itself
    torch::Tensor inverse_depth;  ///< (1, H, W) float32, undefined for worlds without depth
    FrameMemory memory;
    std::string prompt;       ///< of the last step
    uint64_t settled_at = 0;  ///< the memory keeps no frame before this one
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
    [[nodiscard]] std::unique_ptr<Rollout> copy() const override;
    void save(const std::filesystem::path& file) const override;
    void restore(const std::filesystem::path& file) override;

  private:
    LatentRollout(const LatentRollout& other);

    /// Where the next camera is, seen from the current one.
    CameraPose next_motion(const StepInput& input);
    void follow_prompt(std::string_view prompt);
    void keep_geometry(const Decoded& decoded);
    void move_to(const torch::Tensor& frame, const Decoded& decoded, const CameraPose& motion);

    const WorldParts& parts_;
    RolloutState state_;
    StepTimes times_;
};

}  // namespace rv::world_model
