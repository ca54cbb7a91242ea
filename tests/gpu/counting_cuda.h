#pragma once
/// CUDA itself, with what goes through the host counted.

#include "interop/cuda_runtime_calls.h"

namespace rv::interop {

class CountingCuda final : public CudaCalls {
  public:
    int host_copies = 0, waits = 0, signals = 0, alive = 0;

    CudaDevice current_device() override { return real_.current_device(); }
    c10::Device tensor_device() override { return real_.tensor_device(); }
    CudaStream current_stream() override { return real_.current_stream(); }
    void check(CudaStream stream) override { real_.check(stream); }
    CudaMemory import_memory(int fd, std::size_t bytes) override {
        const CudaMemory memory = real_.import_memory(fd, bytes);
        return ++alive, memory;
    }
    void destroy_memory(CudaMemory memory) noexcept override { --alive, real_.destroy_memory(memory); }
    void* map_buffer(CudaMemory memory, std::size_t bytes) override {
        return real_.map_buffer(memory, bytes);
    }
    void unmap_buffer(void* mapped) noexcept override { real_.unmap_buffer(mapped); }
    CudaImage map_image(CudaMemory memory, int width, int height) override {
        return real_.map_image(memory, width, height);
    }
    void unmap_image(CudaImage image) noexcept override { real_.unmap_image(image); }
    CudaSurface create_surface(CudaImage image) override { return real_.create_surface(image); }
    void destroy_surface(CudaSurface surface) noexcept override { real_.destroy_surface(surface); }
    CudaSemaphore import_timeline(int fd) override {
        const CudaSemaphore timeline = real_.import_timeline(fd);
        return ++alive, timeline;
    }
    void destroy_timeline(CudaSemaphore timeline) noexcept override {
        --alive, real_.destroy_timeline(timeline);
    }
    void wait(CudaSemaphore timeline, std::uint64_t value, CudaStream stream) override {
        ++waits, real_.wait(timeline, value, stream);
    }
    void signal(CudaSemaphore timeline, std::uint64_t value, CudaStream stream) override {
        ++signals, real_.signal(timeline, value, stream);
    }
    void* allocate_pinned(std::size_t bytes) override { return real_.allocate_pinned(bytes); }
    void free_pinned(void* memory) noexcept override { real_.free_pinned(memory); }
    void* pin(void* memory, std::size_t bytes) override { return real_.pin(memory, bytes); }
    void unpin(void* memory) noexcept override { real_.unpin(memory); }
    void copy_to_host(void* pinned, const void* device, std::size_t bytes, CudaStream stream) override {
        ++host_copies, real_.copy_to_host(pinned, device, bytes, stream);
    }
    CudaEvent create_event() override { return real_.create_event(); }
    void destroy_event(CudaEvent event) noexcept override { real_.destroy_event(event); }
    void record(CudaEvent event, CudaStream stream) override { real_.record(event, stream); }
    bool finished(CudaEvent event) override { return real_.finished(event); }
    void pack_to_buffer(const PlanarFrame& frame, std::uint32_t* rgba, CudaStream stream) override {
        real_.pack_to_buffer(frame, rgba, stream);
    }
    void pack_to_surface(const PlanarFrame& frame, CudaSurface surface, CudaStream stream) override {
        real_.pack_to_surface(frame, surface, stream);
    }

  private:
    CudaCalls& real_ = cuda_runtime_calls();
};

}  // namespace rv::interop
