#pragma once
/// Shared frames of a model that runs on the GPU that also draws: Vulkan exports memory and timelines, CUDA
/// imports them, and one kernel turns the model's planar frame into the window's bytes where they lie.

#include <array>
#include <variant>
#include <vector>

#include "interop/cuda_write_order.h"
#include "interop/shared_frames.h"
#include "renderer/external_image.h"
#include "renderer/external_memory.h"

namespace rv::interop {

class CudaSharedFrames final : public SharedFrames {
  public:
    /// Uses CUDA's current device. @param path CudaExternalMemory or CudaExternalImage.
    /// @throws DeviceError unless it is the GPU that `device` draws with, and can share.
    CudaSharedFrames(renderer::Device& device, int width, int height, CudaCalls& cuda, SharingPath path);
    ~CudaSharedFrames() override;

    /// Queues the work on LibTorch's current stream; waits for the frame before, never for this one.
    /// @throws DeviceError when the GPU fails or is gone.
    void publish(const world_model::Rollout& rollout, const FrameStamp& stamp) override;
    void publish(const at::Tensor& frame, const FrameStamp& stamp) override;
    [[nodiscard]] SharingPath path() const override { return path_; }

  private:
    /// Vulkan's memory first: CUDA's view of it dies before it.
    struct BufferSlot {
        renderer::ExternalBuffer shared;
        CudaImportedBuffer imported;
    };
    struct ImageSlot {
        renderer::ExternalImage shared;
        CudaImportedImage imported;
    };
    [[nodiscard]] std::variant<BufferSlot, ImageSlot> make_slot() const;
    void pack(const PlanarFrame& frame, int slot, CudaStream stream) const;
    [[nodiscard]] std::uint64_t written() const override { return order_.written(); }
    [[nodiscard]] renderer::FrameSource source_of(int slot) const override;
    [[nodiscard]] renderer::SemaphoreOperation ready_of(int slot) const override;

    const SharingPath path_;
    CudaCalls& cuda_;
    renderer::ExternalTimeline timeline_;
    CudaWriteOrder order_;
    std::vector<std::variant<BufferSlot, ImageSlot>> slots_;
    // The timeline value of what lies in a slot; the ring's mutex orders writer and reader.
    std::array<std::uint64_t, FrameRing::kSlots> ready_{};
};

}  // namespace rv::interop
