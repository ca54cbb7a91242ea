#pragma once
/// Shared frames of a model that runs on the CPU: written once, by the model, into memory that the shader
/// reads.

#include <variant>
#include <vector>

#include "interop/shared_frames.h"
#include "renderer/buffer.h"
#include "renderer/imported_memory.h"

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
    using Slot = std::variant<renderer::ImportedHostBuffer, renderer::Buffer>;
    [[nodiscard]] std::span<std::uint8_t> bytes_of(int slot) const;
    [[nodiscard]] renderer::FrameSource source_of(int slot) const override;
    [[nodiscard]] renderer::SemaphoreOperation ready_of(int) const override { return {}; }

    const SharingPath path_;
    std::vector<Slot> slots_;
};

}  // namespace rv::interop
