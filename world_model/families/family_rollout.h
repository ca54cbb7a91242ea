#pragma once
/// The live generation of a GameModel. Its state is plain tensors by name, whatever the family.

#include <functional>
#include <memory>
#include <string>

#include "world_model/families/game_model.h"

namespace rv::world_model::families {

/// What all rollouts of one world share.
struct FamilyParts {
    WorldInfo info;
    std::unique_ptr<GameModel> model;
    std::function<std::string()> digest;  ///< reads all weights when it is first asked for
    torch::Device device = torch::kCPU;
};

class FamilyRollout : public Rollout {
  public:
    /// @param parts outlive the rollout  @param frames (T, 3, H, W) in [-1, 1]; the last one is frame 0
    FamilyRollout(const FamilyParts& parts, uint64_t seed, const torch::Tensor& frames);

    void step(const StepInput& input) override;
    [[nodiscard]] uint64_t frame_index() const override { return frame_index_; }
    [[nodiscard]] const at::Tensor& frame() const override { return frame_; }
    [[nodiscard]] CameraPose pose() const override { return {}; }
    [[nodiscard]] StepTimes times() const override { return times_; }
    void copy_frame(std::span<std::uint8_t> rgba) const override;
    [[nodiscard]] std::unique_ptr<Rollout> copy() const override;
    [[nodiscard]] std::size_t copy_bytes() const override;
    void save(const std::filesystem::path& file) const override;
    void restore(const std::filesystem::path& file) override;

  private:
    FamilyRollout(const FamilyRollout& other) = default;

    const FamilyParts& parts_;
    uint64_t seed_ = 0, frame_index_ = 0;
    torch::Tensor frame_;  // (3, H, W) float32
    TensorMap state_;
    StepTimes times_;
};

}  // namespace rv::world_model::families
