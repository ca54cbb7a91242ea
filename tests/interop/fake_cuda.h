#pragma once
/// CUDA's side of sharing on a machine without a GPU. Descriptors are owned, mapped and closed for real; what
/// is put on the stream happens in its order, at once or when the test says so; and a log tells in which
/// order the calls came.

#include <deque>
#include <functional>
#include <mutex>
#include <set>
#include <vector>

#include "interop/cuda_calls.h"
#include "tests/interop/shared_file.h"

namespace rv::interop {

class FakeCuda final : public CudaCalls {
  public:
    /// Of calls in order: "import_memory", "wait 3", "signal 4" and so on.
    [[nodiscard]] std::vector<std::string> log() const;
    void clear_log();
    /// From now on calls of this name fail, as long as the name stands here. Empty: none.
    std::string failing;
    /// What current_device() says.
    CudaDevice device{"Fake GPU", {1, 2, 3}};
    /// Whether work happens as soon as it is on the stream; else run() does it.
    bool immediate = true;

    /// Does what is on the stream, up to a wait for a value that is not reached yet. @return how many steps.
    int run();
    /// Work of a test's own: written into the log under this name now, which can be told to fail;
    void record_step(const std::string& name) { called(name); }
    /// or put on the stream.
    void put_step(std::function<void()> step);
    /// Handles handed out and not yet given back.
    [[nodiscard]] int alive() const;
    /// Handles given back that nobody had.
    [[nodiscard]] int wrongly_returned() const;

    CudaDevice current_device() override;
    c10::Device tensor_device() override { return c10::DeviceType::CPU; }
    CudaStream current_stream() override { return nullptr; }
    void check(CudaStream stream) override;
    CudaMemory import_memory(int fd, std::size_t bytes) override;
    void destroy_memory(CudaMemory memory) noexcept override;
    void* map_buffer(CudaMemory memory, std::size_t bytes) override;
    void unmap_buffer(void* mapped) noexcept override;
    CudaImage map_image(CudaMemory memory, int width, int height) override;
    void unmap_image(CudaImage image) noexcept override;
    CudaSurface create_surface(CudaImage image) override;
    void destroy_surface(CudaSurface surface) noexcept override;
    CudaSemaphore import_timeline(int fd) override;
    void destroy_timeline(CudaSemaphore timeline) noexcept override;
    void wait(CudaSemaphore timeline, std::uint64_t value, CudaStream stream) override;
    void signal(CudaSemaphore timeline, std::uint64_t value, CudaStream stream) override;
    void* allocate_pinned(std::size_t bytes) override;
    void free_pinned(void* memory) noexcept override;
    void* pin(void* memory, std::size_t bytes) override;
    void unpin(void* memory) noexcept override;
    void copy_to_host(void* pinned, const void* device, std::size_t bytes, CudaStream stream) override;
    CudaEvent create_event() override;
    void destroy_event(CudaEvent event) noexcept override;
    void record(CudaEvent event, CudaStream stream) override;
    bool finished(CudaEvent event) override;
    void pack_to_buffer(const PlanarFrame& frame, std::uint32_t* rgba, CudaStream stream) override;
    void pack_to_surface(const PlanarFrame& frame, CudaSurface surface, CudaStream stream) override;

  private:
    using Work = std::function<bool()>;  // false: not yet
    void called(const std::string& name, const std::string& detail = {});
    void put(Work work);
    template <class Handle>
    Handle hand_out(Handle handle);
    template <class Handle>
    bool take_back(const char* name, Handle handle) noexcept;

    mutable std::recursive_mutex mutex_;
    std::vector<std::string> log_;
    std::deque<Work> stream_;
    std::set<std::uintptr_t> alive_;
    int wrongly_returned_ = 0;
};

}  // namespace rv::interop
