#include "interop/cuda_runtime_calls.h"

#include "engine/core/error.h"

#ifdef REVERIE_CUDA_INTEROP

#include <cuda_runtime_api.h>

#include <algorithm>

#include "engine/core/log.h"
#include "engine/core/size_text.h"
#include "interop/pack_frame.h"
#include "world_model/cuda/cuda_check.h"
#include "world_model/cuda/current_stream.h"

namespace rv::interop {
namespace {

using world_model::cuda_check;

// For calls that give something back.
void log_failure(cudaError_t result, const char* what) noexcept {
    if (result == cudaSuccess) return;
    static_cast<void>(cudaGetLastError());
    log::error("CUDA failed while {}: {}", what, cudaGetErrorString(result));
}

void check_sized(cudaError_t result, const char* what, std::size_t bytes) {
    if (result == cudaSuccess) return;
    cuda_check(result, std::string(what).append(" ").append(size_text(bytes)).c_str());
}

class RuntimeCalls final : public CudaCalls {
  public:
    CudaDevice current_device() override {
        cudaDeviceProp properties{};
        cuda_check(cudaGetDeviceProperties(&properties, current_index()), "reading the device's properties");
        CudaDevice device{properties.name, {}};
        static_assert(sizeof properties.uuid.bytes == sizeof device.uuid);
        std::ranges::copy(properties.uuid.bytes, device.uuid.begin());
        return device;
    }
    c10::Device tensor_device() override {
        return {c10::DeviceType::CUDA, static_cast<c10::DeviceIndex>(current_index())};
    }
    CudaStream current_stream() override { return world_model::current_stream(tensor_device()); }
    void check(CudaStream stream) override {
        const cudaError_t result = cudaStreamQuery(stream);
        if (result != cudaErrorNotReady) cuda_check(result, "making a frame");
    }

    CudaMemory import_memory(int fd, std::size_t bytes) override {
        cudaExternalMemoryHandleDesc handle{};
        handle.type = cudaExternalMemoryHandleTypeOpaqueFd;
        handle.handle.fd = fd;
        handle.size = bytes;
        handle.flags = cudaExternalMemoryDedicated;
        CudaMemory memory = nullptr;
        check_sized(cudaImportExternalMemory(&memory, &handle), "importing the window's memory of", bytes);
        return memory;
    }
    void destroy_memory(CudaMemory memory) noexcept override {
        log_failure(cudaDestroyExternalMemory(memory), "giving shared memory back");
    }
    void* map_buffer(CudaMemory memory, std::size_t bytes) override {
        cudaExternalMemoryBufferDesc range{};
        range.size = bytes;
        void* mapped = nullptr;
        check_sized(cudaExternalMemoryGetMappedBuffer(&mapped, memory, &range), "mapping a shared buffer of",
                    bytes);
        return mapped;
    }
    void unmap_buffer(void* mapped) noexcept override {
        log_failure(cudaFree(mapped), "unmapping a shared buffer");
    }
    CudaImage map_image(CudaMemory memory, int width, int height) override {
        cudaExternalMemoryMipmappedArrayDesc range{};
        range.formatDesc = cudaCreateChannelDesc(8, 8, 8, 8, cudaChannelFormatKindUnsigned);
        range.extent = {static_cast<std::size_t>(width), static_cast<std::size_t>(height), 0};
        range.flags = cudaArraySurfaceLoadStore;
        range.numLevels = 1;
        CudaImage image = nullptr;
        cuda_check(cudaExternalMemoryGetMappedMipmappedArray(&image, memory, &range),
                   "mapping a shared image");
        return image;
    }
    void unmap_image(CudaImage image) noexcept override {
        log_failure(cudaFreeMipmappedArray(image), "unmapping a shared image");
    }
    CudaSurface create_surface(CudaImage image) override {
        cudaResourceDesc resource{};
        resource.resType = cudaResourceTypeArray;
        cuda_check(cudaGetMipmappedArrayLevel(&resource.res.array.array, image, 0), "finding a shared image");
        CudaSurface surface = 0;
        cuda_check(cudaCreateSurfaceObject(&surface, &resource), "making a surface of a shared image");
        return surface;
    }
    void destroy_surface(CudaSurface surface) noexcept override {
        log_failure(cudaDestroySurfaceObject(surface), "giving a surface back");
    }

    CudaSemaphore import_timeline(int fd) override {
        cudaExternalSemaphoreHandleDesc handle{};
        handle.type = cudaExternalSemaphoreHandleTypeTimelineSemaphoreFd;
        handle.handle.fd = fd;
        CudaSemaphore timeline = nullptr;
        cuda_check(cudaImportExternalSemaphore(&timeline, &handle), "importing the window's semaphore");
        return timeline;
    }
    void destroy_timeline(CudaSemaphore timeline) noexcept override {
        log_failure(cudaDestroyExternalSemaphore(timeline), "giving a shared semaphore back");
    }
    void wait(CudaSemaphore timeline, std::uint64_t value, CudaStream stream) override {
        cudaExternalSemaphoreWaitParams parameters{};
        parameters.params.fence.value = value;
        cuda_check(cudaWaitExternalSemaphoresAsync(&timeline, &parameters, 1, stream),
                   "waiting for the window's drawing");
    }
    void signal(CudaSemaphore timeline, std::uint64_t value, CudaStream stream) override {
        cudaExternalSemaphoreSignalParams parameters{};
        parameters.params.fence.value = value;
        cuda_check(cudaSignalExternalSemaphoresAsync(&timeline, &parameters, 1, stream),
                   "signalling a finished frame");
    }

    void* allocate_pinned(std::size_t bytes) override {
        void* memory = nullptr;
        check_sized(cudaMallocHost(&memory, bytes), "reserving page-locked memory of", bytes);
        return memory;
    }
    void free_pinned(void* memory) noexcept override {
        log_failure(cudaFreeHost(memory), "giving page-locked memory back");
    }
    void* pin(void* memory, std::size_t bytes) override {
        check_sized(cudaHostRegister(memory, bytes, cudaHostRegisterDefault), "page-locking memory of",
                    bytes);
        return memory;
    }
    void unpin(void* memory) noexcept override {
        log_failure(cudaHostUnregister(memory), "unlocking memory");
    }
    void copy_to_host(void* pinned, const void* device, std::size_t bytes, CudaStream stream) override {
        cuda_check(cudaMemcpyAsync(pinned, device, bytes, cudaMemcpyDeviceToHost, stream), "copying a frame");
    }

    CudaEvent create_event() override {
        CudaEvent event = nullptr;
        cuda_check(cudaEventCreateWithFlags(&event, cudaEventDisableTiming), "making an event");
        return event;
    }
    void destroy_event(CudaEvent event) noexcept override {
        log_failure(cudaEventDestroy(event), "giving an event back");
    }
    void record(CudaEvent event, CudaStream stream) override {
        cuda_check(cudaEventRecord(event, stream), "recording an event");
    }
    bool finished(CudaEvent event) override {
        const cudaError_t result = cudaEventQuery(event);
        if (result == cudaErrorNotReady) return false;
        cuda_check(result, "making a frame");
        return true;
    }

    void pack_to_buffer(const PlanarFrame& frame, std::uint32_t* rgba, CudaStream stream) override {
        pack_frame(frame, rgba, stream);
        cuda_check(cudaGetLastError(), "packing a frame");
    }
    void pack_to_surface(const PlanarFrame& frame, CudaSurface surface, CudaStream stream) override {
        pack_frame(frame, surface, stream);
        cuda_check(cudaGetLastError(), "packing a frame");
    }

  private:
    static int current_index() {
        int current = 0;
        cuda_check(cudaGetDevice(&current), "looking for a device");
        return current;
    }
};

}  // namespace

CudaCalls& cuda_runtime_calls() {
    static RuntimeCalls calls;
    return calls;
}

}  // namespace rv::interop

#else

namespace rv::interop {

CudaCalls& cuda_runtime_calls() {
    throw DeviceError("this build has no CUDA", "build it where nvcc is installed, or --device cpu");
}

}  // namespace rv::interop

#endif
