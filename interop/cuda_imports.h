#pragma once
/// Vulkan's memory and semaphores as CUDA sees them. Each takes a descriptor over: CUDA closes it once it was
/// imported, and nobody has to when the import fails. Move-only; CUDA must be done with them when they die.

#include "interop/cuda_owned.h"
#include "renderer/unique_fd.h"

namespace rv::interop {

class CudaImportedBuffer {
  public:
    /// @param allocation_bytes of the whole allocation, @param size_bytes of the buffer at its start.
    /// @throws DeviceError.
    CudaImportedBuffer(CudaCalls& calls, renderer::UniqueFd fd, std::size_t allocation_bytes,
                       std::size_t size_bytes);

    [[nodiscard]] void* data() const { return mapped_.get(); }

  private:
    OwnedMemory memory_;
    OwnedMapping mapped_;
};

/// An RGBA8 image that kernels write as a surface.
class CudaImportedImage {
  public:
    /// @throws DeviceError.
    CudaImportedImage(CudaCalls& calls, renderer::UniqueFd fd, std::size_t allocation_bytes, int width,
                      int height);

    [[nodiscard]] CudaSurface surface() const { return surface_.get(); }

  private:
    OwnedMemory memory_;
    OwnedImage image_;
    OwnedSurface surface_;
};

class CudaImportedTimeline {
  public:
    /// @throws DeviceError.
    CudaImportedTimeline(CudaCalls& calls, renderer::UniqueFd fd);

    /// See CudaCalls::wait and signal. @throws DeviceError.
    void wait(std::uint64_t value, CudaStream stream) const;
    void signal(std::uint64_t value, CudaStream stream) const;

  private:
    CudaCalls* calls_;
    OwnedSemaphore semaphore_;
};

}  // namespace rv::interop
