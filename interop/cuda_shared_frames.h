#pragma once
/// Shared frames of a model that runs on the GPU that also draws: Vulkan exports memory and a timeline
/// semaphore, CUDA imports both, and one kernel turns the model's planar frame into the window's bytes where
/// they lie.

#include <cuda_runtime_api.h>

#include <array>
#include <memory>
#include <vector>

#include "interop/shared_frames.h"
#include "renderer/external_memory.h"

namespace rv::interop {

/// A piece of Vulkan memory as CUDA sees it.
class CudaImportedBuffer {
  public:
    /// Takes the descriptor over. @throws DeviceError.
    CudaImportedBuffer(renderer::UniqueFd fd, std::size_t allocation_bytes, std::size_t size_bytes);
    ~CudaImportedBuffer();
    CudaImportedBuffer(CudaImportedBuffer&& other) noexcept;
    CudaImportedBuffer& operator=(CudaImportedBuffer&&) = delete;

    [[nodiscard]] std::uint32_t* words() const { return static_cast<std::uint32_t*>(mapped_); }

  private:
    cudaExternalMemory_t memory_ = nullptr;
    void* mapped_ = nullptr;
};

/// A Vulkan timeline semaphore as CUDA sees it.
class CudaImportedTimeline {
  public:
    /// Takes the descriptor over. @throws DeviceError.
    explicit CudaImportedTimeline(renderer::UniqueFd fd);
    ~CudaImportedTimeline();
    CudaImportedTimeline(const CudaImportedTimeline&) = delete;
    CudaImportedTimeline& operator=(const CudaImportedTimeline&) = delete;

    /// Raises the timeline once everything before it on the stream is done.
    void signal(std::uint64_t value, cudaStream_t stream) const;

  private:
    cudaExternalSemaphore_t semaphore_ = nullptr;
};

class CudaSharedFrames final : public SharedFrames {
  public:
    /// Uses CUDA's current device. @throws DeviceError unless it is the GPU that `device` draws with.
    CudaSharedFrames(renderer::Device& device, int width, int height);
    ~CudaSharedFrames() override;

    void publish(const world_model::Rollout& rollout, const FrameStamp& stamp) override;
    /// Waits until the frame is done, so that the window never shows, nor waits for, an unfinished one.
    void publish(const at::Tensor& frame, const FrameStamp& stamp) override;
    [[nodiscard]] SharingPath path() const override { return SharingPath::CudaExternalMemory; }

  private:
    [[nodiscard]] renderer::FrameSource source_of(int slot) const override;
    [[nodiscard]] renderer::SemaphoreOperation ready_of(int slot) const override;

    renderer::ExternalTimeline timeline_;
    CudaImportedTimeline cuda_timeline_;
    std::vector<renderer::ExternalBuffer> buffers_;         // by slot
    std::vector<CudaImportedBuffer> cuda_buffers_;          // the same memory
    std::array<std::uint64_t, FrameRing::kSlots> ready_{};  // timeline value of what lies in the slot
    std::uint64_t last_value_ = 0;                          // generation thread
    cudaEvent_t written_ = nullptr;
};

/// @throws DeviceError naming both devices, unless CUDA's current device is the one that Vulkan draws with.
void check_same_gpu(const renderer::DeviceInfo& vulkan);

}  // namespace rv::interop
