#pragma once
/// Shared frames of a model on a GPU that cannot share with the one that draws: packed where the model runs,
/// so that 4 bytes a pixel travel, and copied into page-locked host memory. Where Vulkan imports host memory,
/// that is the memory which the shader reads; elsewhere the frame is copied once more, and publishing waits.

#include <ATen/core/Tensor.h>

#include <mutex>
#include <vector>

#include "interop/bounded_wait.h"
#include "interop/cuda_owned.h"
#include "interop/host_frame_slots.h"
#include "interop/shared_frames.h"

namespace rv::interop {

class PinnedSharedFrames final : public SharedFrames {
  public:
    /// Uses CUDA's current device. @param host how Vulkan sees the host's memory, one of the two host paths.
    /// @throws DeviceError.
    PinnedSharedFrames(renderer::Device& device, int width, int height, CudaCalls& cuda, SharingPath host);
    /// The best of the two, whatever the driver refuses.
    PinnedSharedFrames(renderer::Device& device, int width, int height, CudaCalls& cuda);
    ~PinnedSharedFrames() override;

    /// Queues the work on LibTorch's current stream and waits for the frame before.
    /// @throws DeviceError when the GPU fails or is gone.
    void publish(const world_model::Rollout& rollout, const FrameStamp& stamp) override;
    void publish(const at::Tensor& frame, const FrameStamp& stamp) override;
    [[nodiscard]] SharingPath path() const override { return SharingPath::PinnedStaging; }
    /// Whether frames are copied a second time, by the processor.
    [[nodiscard]] bool copies_twice() const { return static_cast<bool>(bounce_); }

  private:
    void use(SharingPath host);
    bool try_imported();
    void reserve_packed(const at::Tensor& planar);
    void queue(const at::Tensor& planar, void* target, CudaStream stream);
    void await_copy(CudaStream stream) const;
    [[nodiscard]] std::uint64_t written() const override;
    [[nodiscard]] renderer::FrameSource source_of(int slot) const override { return slots_->source_of(slot); }
    [[nodiscard]] renderer::SemaphoreOperation ready_of(int) const override { return {}; }

    CudaCalls& cuda_;
    std::unique_ptr<HostFrameSlots> slots_;
    std::vector<OwnedPin> pins_;  // of the slots; empty where frames go through bounce_
    OwnedPinned bounce_;
    at::Tensor packed_;  // (height, width) RGBA8 words, where the model runs
    OwnedEvent copied_;
    // Between the generation thread, which records copied_ for another frame, and those who ask for it.
    mutable std::mutex mutex_;
    std::uint64_t last_ = 0;  // the frame that copied_ speaks of
};

}  // namespace rv::interop
