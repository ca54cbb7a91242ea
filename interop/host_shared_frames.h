#pragma once
/// Shared frames of a model that runs on the CPU: written once, by the model, into memory that the shader
/// reads.

#include "interop/host_frame_slots.h"
#include "interop/shared_frames.h"

namespace rv::interop {

class HostSharedFrames final : public SharedFrames {
  public:
    /// @param path one of the two host paths. @throws DeviceError when the driver refuses it.
    HostSharedFrames(renderer::Device& device, int width, int height, SharingPath path);
    ~HostSharedFrames() override;

    void publish(const world_model::Rollout& rollout, const FrameStamp& stamp) override;
    void publish(const at::Tensor& frame, const FrameStamp& stamp) override;
    /// The same for finished bytes, (H, W, 4).
    void publish(std::span<const std::uint8_t> rgba, const FrameStamp& stamp);
    [[nodiscard]] SharingPath path() const override { return path_; }

  private:
    [[nodiscard]] renderer::FrameSource source_of(int slot) const override { return slots_.source_of(slot); }
    [[nodiscard]] renderer::SemaphoreOperation ready_of(int) const override { return {}; }

    const SharingPath path_;
    HostFrameSlots slots_;
};

}  // namespace rv::interop
