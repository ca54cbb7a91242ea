#pragma once
/// The calls into CUDA that sharing with Vulkan makes, behind one interface: the order of waits, writes and
/// signals, and who closes which descriptor, can so be tested on a machine that has no GPU. It needs no CUDA
/// toolkit; cuda_runtime_calls.h is the real one.
///
/// Every call belongs to CUDA's current device. Calls that can fail throw DeviceError; those that give
/// something back never do, since destructors make them.

#include <c10/core/Device.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

// What CUDA's own headers call cudaStream_t and so on.
struct CUstream_st;
struct CUevent_st;
struct CUexternalMemory_st;
struct CUexternalSemaphore_st;
struct cudaMipmappedArray;

namespace rv::interop {

using CudaStream = CUstream_st*;
using CudaEvent = CUevent_st*;
using CudaMemory = CUexternalMemory_st*;
using CudaSemaphore = CUexternalSemaphore_st*;
using CudaImage = cudaMipmappedArray*;
using CudaSurface = unsigned long long;

/// Of a frame's three planes.
enum class PlanarType { Float32, Float16, BFloat16 };

/// A frame in CUDA's memory: planar (3, height, width) in [-1, 1], contiguous.
struct PlanarFrame {
    const void* data = nullptr;
    PlanarType type = PlanarType::Float32;
    int width = 0, height = 0;
};

struct CudaDevice {
    std::string name;
    std::array<std::uint8_t, 16> uuid{};  ///< equals renderer::DeviceInfo::uuid where it is the same GPU
};

class CudaCalls {
  public:
    virtual ~CudaCalls() = default;

    [[nodiscard]] virtual CudaDevice current_device() = 0;
    /// Where LibTorch puts tensors that lie in this device's memory.
    [[nodiscard]] virtual c10::Device tensor_device() = 0;
    /// LibTorch's current stream of the calling thread.
    [[nodiscard]] virtual CudaStream current_stream() = 0;
    /// @throws DeviceError when work on the stream has failed; returns at once, whether or not it is done.
    virtual void check(CudaStream stream) = 0;

    /// @param fd of a dedicated allocation of `bytes`; CUDA's own once the call has returned, and still the
    /// caller's when it throws.
    virtual CudaMemory import_memory(int fd, std::size_t bytes) = 0;
    virtual void destroy_memory(CudaMemory memory) noexcept = 0;
    /// The first `bytes` of it, as CUDA's kernels address them.
    virtual void* map_buffer(CudaMemory memory, std::size_t bytes) = 0;
    virtual void unmap_buffer(void* mapped) noexcept = 0;
    /// An optimally tiled RGBA8 image at its start, one level, whose surfaces can be written.
    virtual CudaImage map_image(CudaMemory memory, int width, int height) = 0;
    virtual void unmap_image(CudaImage image) noexcept = 0;
    virtual CudaSurface create_surface(CudaImage image) = 0;
    virtual void destroy_surface(CudaSurface surface) noexcept = 0;

    /// @param fd of a timeline semaphore; whose it is, as for import_memory.
    virtual CudaSemaphore import_timeline(int fd) = 0;
    virtual void destroy_timeline(CudaSemaphore timeline) noexcept = 0;
    /// What comes later on the stream begins when the timeline has reached the value.
    virtual void wait(CudaSemaphore timeline, std::uint64_t value, CudaStream stream) = 0;
    /// Raises the timeline once everything before it on the stream is done.
    virtual void signal(CudaSemaphore timeline, std::uint64_t value, CudaStream stream) = 0;

    /// Page-locked host memory, so that copies into it run beside everything else.
    virtual void* allocate_pinned(std::size_t bytes) = 0;
    virtual void free_pinned(void* memory) noexcept = 0;
    /// Page-locks memory that is there already. @param memory page-aligned
    virtual void* pin(void* memory, std::size_t bytes) = 0;
    virtual void unpin(void* memory) noexcept = 0;
    virtual void copy_to_host(void* pinned, const void* device, std::size_t bytes, CudaStream stream) = 0;

    virtual CudaEvent create_event() = 0;
    virtual void destroy_event(CudaEvent event) noexcept = 0;
    virtual void record(CudaEvent event, CudaStream stream) = 0;
    /// Whether all that was on the stream at the last record() is done. Any thread. @throws DeviceError when
    /// it failed.
    virtual bool finished(CudaEvent event) = 0;

    /// To RGBA8 words, tight rows from the top, in one kernel.
    virtual void pack_to_buffer(const PlanarFrame& frame, std::uint32_t* rgba, CudaStream stream) = 0;
    /// The same onto a surface of the frame's size.
    virtual void pack_to_surface(const PlanarFrame& frame, CudaSurface surface, CudaStream stream) = 0;
};

}  // namespace rv::interop
