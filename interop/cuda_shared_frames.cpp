#include "interop/cuda_shared_frames.h"

#include <ATen/core/Tensor.h>

#include <cstring>
#include <utility>

#include "interop/pack_frame.h"
#include "world_model/cuda/cuda_check.h"
#include "world_model/cuda/current_stream.h"
#include "world_model/world.h"

namespace rv::interop {
namespace {

PlanarType planar_type(const at::Tensor& frame) {
    switch (frame.scalar_type()) {
        case at::kFloat:
            return PlanarType::Float32;
        case at::kHalf:
            return PlanarType::Float16;
        case at::kBFloat16:
            return PlanarType::BFloat16;
        default:
            break;
    }
    RV_ASSERT(false, "frames are float32, float16 or bfloat16");
}

}  // namespace

void check_same_gpu(const renderer::DeviceInfo& vulkan) {
    int current = 0;
    world_model::cuda_check(cudaGetDevice(&current), "looking for a device");
    cudaDeviceProp properties{};
    world_model::cuda_check(cudaGetDeviceProperties(&properties, current), "reading the device's properties");
    static_assert(sizeof properties.uuid.bytes == sizeof vulkan.uuid);
    if (std::memcmp(properties.uuid.bytes, vulkan.uuid.data(), vulkan.uuid.size()) != 0)
        throw DeviceError(std::string("the model runs on ") + properties.name +
                              ", but the window is drawn by " + vulkan.name +
                              ": frames can only be shared on one GPU",
                          "draw with the same GPU, or --device cpu");
}

CudaImportedBuffer::CudaImportedBuffer(renderer::UniqueFd fd, std::size_t allocation_bytes,
                                       std::size_t size_bytes) {
    cudaExternalMemoryHandleDesc handle{};
    handle.type = cudaExternalMemoryHandleTypeOpaqueFd;
    handle.handle.fd = fd.get();
    handle.size = allocation_bytes;
    handle.flags = cudaExternalMemoryDedicated;
    world_model::cuda_check(cudaImportExternalMemory(&memory_, &handle), "importing the window's memory");
    fd.release();  // CUDA closes it from now on
    cudaExternalMemoryBufferDesc range{};
    range.size = size_bytes;
    const cudaError_t mapped = cudaExternalMemoryGetMappedBuffer(&mapped_, memory_, &range);
    if (mapped != cudaSuccess) cudaDestroyExternalMemory(std::exchange(memory_, nullptr));
    world_model::cuda_check(mapped, "mapping the window's memory");
}

CudaImportedBuffer::CudaImportedBuffer(CudaImportedBuffer&& other) noexcept
    : memory_(std::exchange(other.memory_, nullptr)), mapped_(std::exchange(other.mapped_, nullptr)) {}

CudaImportedBuffer::~CudaImportedBuffer() {
    if (mapped_) cudaFree(mapped_);
    if (memory_) cudaDestroyExternalMemory(memory_);
}

CudaImportedTimeline::CudaImportedTimeline(renderer::UniqueFd fd) {
    cudaExternalSemaphoreHandleDesc handle{};
    handle.type = cudaExternalSemaphoreHandleTypeTimelineSemaphoreFd;
    handle.handle.fd = fd.get();
    world_model::cuda_check(cudaImportExternalSemaphore(&semaphore_, &handle),
                            "importing the window's semaphore");
    fd.release();
}

CudaImportedTimeline::~CudaImportedTimeline() {
    cudaDestroyExternalSemaphore(semaphore_);
}

void CudaImportedTimeline::signal(std::uint64_t value, cudaStream_t stream) const {
    cudaExternalSemaphoreSignalParams parameters{};
    parameters.params.fence.value = value;
    world_model::cuda_check(cudaSignalExternalSemaphoresAsync(&semaphore_, &parameters, 1, stream),
                            "signalling a finished frame");
}

CudaSharedFrames::CudaSharedFrames(renderer::Device& device, int width, int height)
    : SharedFrames(device, width, height),
      timeline_((check_same_gpu(device.info()), device)),
      cuda_timeline_(timeline_.export_fd()) {
    const auto bytes = static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4;
    buffers_.reserve(FrameRing::kSlots);
    cuda_buffers_.reserve(FrameRing::kSlots);
    for (int i = 0; i < FrameRing::kSlots; ++i) {
        const auto& buffer = buffers_.emplace_back(device, bytes, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT);
        cuda_buffers_.emplace_back(buffer.export_fd(), static_cast<std::size_t>(buffer.allocation_bytes()),
                                   bytes);
    }
    world_model::cuda_check(
        cudaEventCreateWithFlags(&written_, cudaEventDisableTiming | cudaEventBlockingSync),
        "making an event");
}

CudaSharedFrames::~CudaSharedFrames() {
    wait_for_reads();
    cudaEventDestroy(written_);
}

void CudaSharedFrames::publish(const world_model::Rollout& rollout, const FrameStamp& stamp) {
    publish(rollout.frame(), stamp);
}

void CudaSharedFrames::publish(const at::Tensor& frame, const FrameStamp& stamp) {
    const at::Tensor planar = (frame.dim() == 4 ? frame.squeeze(0) : frame).contiguous();  // (3, H, W)
    RV_ASSERT(planar.is_cuda(), "CUDA frames are CUDA tensors");
    RV_ASSERT(
        planar.dim() == 3 && planar.size(0) == 3 && planar.size(1) == height() && planar.size(2) == width(),
        "a frame has the shape (3, H, W) of its world");
    const cudaStream_t stream = world_model::current_stream(planar.device());
    write(stamp, [&](int slot) {
        const auto index = static_cast<std::size_t>(slot);
        pack_frame(planar.const_data_ptr(), planar_type(planar), cuda_buffers_[index].words(), width(),
                   height(), stream);
        world_model::cuda_check(cudaGetLastError(), "packing a frame");
        cuda_timeline_.signal(++last_value_, stream);
        ready_[index] = last_value_;
        world_model::cuda_check(cudaEventRecord(written_, stream), "recording an event");
        world_model::cuda_check(cudaEventSynchronize(written_), "waiting for a frame");
    });
}

renderer::FrameSource CudaSharedFrames::source_of(int slot) const {
    return {buffers_[static_cast<std::size_t>(slot)].handle(), 0, width(), height()};
}

// Signalled already when the ring hands the slot out: the wait costs nothing and makes the writes visible to
// Vulkan.
renderer::SemaphoreOperation CudaSharedFrames::ready_of(int slot) const {
    return {timeline_.handle(), ready_[static_cast<std::size_t>(slot)],
            VK_PIPELINE_STAGE_2_FRAGMENT_SHADER_BIT};
}

}  // namespace rv::interop
