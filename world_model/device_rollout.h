#pragma once
/// A rollout whose step stays on the GPU: LatentRollout's frames, within rounding, without the host in
/// between.

#include <memory>

#include "world_model/device_step.h"
#include "world_model/device_timer.h"
#include "world_model/rollout_state.h"

namespace rv::world_model {

class DeviceRollout : public Rollout {
  public:
    /// @param step the world's, which all of its rollouts share; one thread at a time uses them
    DeviceRollout(std::shared_ptr<DeviceStep> step, std::unique_ptr<DeviceState> state, uint64_t seed,
                  glm::vec3 up);
    ~DeviceRollout() override;
    DeviceRollout& operator=(const DeviceRollout&) = delete;

    void step(const StepInput& input) override;
    void observe(const at::Tensor& frame, const StepInput& input) override;
    [[nodiscard]] uint64_t frame_index() const override { return frame_index_; }
    [[nodiscard]] const at::Tensor& frame() const override { return state().frame; }
    /// Waits until the frame is there.
    [[nodiscard]] CameraPose pose() const override;
    /// Waits until the frame is there. What a replay spends on which part is not known: total_ms alone is
    /// set.
    [[nodiscard]] StepTimes times() const override;
    void copy_frame(std::span<std::uint8_t> rgba) const override;
    void copy_view(InnerView view, std::span<std::uint8_t> rgba) const override;
    [[nodiscard]] std::unique_ptr<Rollout> copy() const override;
    [[nodiscard]] std::size_t copy_bytes() const override { return state().size_bytes(); }
    void save(const std::filesystem::path& file) const override;
    void restore(const std::filesystem::path& file) override;

  private:
    DeviceRollout(const DeviceRollout& other);

    [[nodiscard]] const DeviceState& state() const;
    /// Brings the state to where it can step.
    void move_in();
    void move_out();
    [[nodiscard]] DeviceInput said(const StepInput& input);
    void arrive();
    void fetch_pose();
    [[nodiscard]] RolloutState on_host() const;

    std::shared_ptr<DeviceStep> step_;
    std::unique_ptr<DeviceState> stored_;  // out of date while this is the step's tenant
    uint64_t seed_ = 0, frame_index_ = 0;
    SpatialMemory prompts_;  // without frames, which are on the device: what it makes of prompts alone
    glm::vec3 up_;
    FetchedTensor at_;  // the camera's pose, on its way to the host
    DeviceTimer timer_;
};

}  // namespace rv::world_model
