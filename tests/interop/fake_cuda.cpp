#include "tests/interop/fake_cuda.h"

#include <ATen/Functions.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "engine/core/error.h"
#include "interop/frame_tensor.h"

// What lies behind the handles here.
struct CUexternalMemory_st {
    rv::interop::SharedFile file;
};
struct CUexternalSemaphore_st {
    rv::interop::SharedFile file;
};
struct cudaMipmappedArray {
    std::uint8_t* pixels = nullptr;
    std::size_t bytes = 0;
};
struct CUevent_st {
    int pending = 0;
};

namespace rv::interop {
namespace {

template <class Handle>
std::uintptr_t number_of(Handle handle) {
    if constexpr (std::is_pointer_v<Handle>)
        return reinterpret_cast<std::uintptr_t>(handle);
    else
        return static_cast<std::uintptr_t>(handle);
}

at::ScalarType scalar_type(PlanarType type) {
    if (type == PlanarType::Float16) return at::kHalf;
    return type == PlanarType::BFloat16 ? at::kBFloat16 : at::kFloat;
}

void pack(const PlanarFrame& frame, std::uint8_t* rgba) {
    const at::Tensor planar =
        at::from_blob(const_cast<void*>(frame.data), {3, frame.height, frame.width}, scalar_type(frame.type));
    write_rgba8(planar, {rgba, static_cast<std::size_t>(frame.width * frame.height * 4)});
}

}  // namespace

std::vector<std::string> FakeCuda::log() const {
    const std::lock_guard lock(mutex_);
    return log_;
}

void FakeCuda::clear_log() {
    const std::lock_guard lock(mutex_);
    log_.clear();
}

int FakeCuda::alive() const {
    const std::lock_guard lock(mutex_);
    return static_cast<int>(alive_.size());
}

int FakeCuda::wrongly_returned() const {
    const std::lock_guard lock(mutex_);
    return wrongly_returned_;
}

void FakeCuda::called(const std::string& name, const std::string& detail) {
    const std::lock_guard lock(mutex_);
    log_.push_back(detail.empty() ? name : name + " " + detail);
    if (name == failing) throw DeviceError(name + " failed, as it was told to");
}

void FakeCuda::put(Work work) {
    const std::lock_guard lock(mutex_);
    stream_.push_back(std::move(work));
    if (immediate) run();
}

void FakeCuda::put_step(std::function<void()> step) {
    put([step = std::move(step)] { return step(), true; });
}

int FakeCuda::run() {
    const std::lock_guard lock(mutex_);
    int steps = 0;
    for (; !stream_.empty() && stream_.front()(); ++steps) stream_.pop_front();
    return steps;
}

template <class Handle>
Handle FakeCuda::hand_out(Handle handle) {
    const std::lock_guard lock(mutex_);
    alive_.insert(number_of(handle));
    return handle;
}

template <class Handle>
bool FakeCuda::take_back(const char* name, Handle handle) noexcept {
    const std::lock_guard lock(mutex_);
    log_.emplace_back(name);
    if (alive_.erase(number_of(handle)) == 1) return true;
    ++wrongly_returned_;
    return false;
}

CudaDevice FakeCuda::current_device() {
    called("current_device");
    return device;
}

void FakeCuda::check(CudaStream) {
    called("check");
}

CudaMemory FakeCuda::import_memory(int fd, std::size_t) {
    called("import_memory");
    return hand_out(new CUexternalMemory_st{SharedFile(renderer::UniqueFd(fd))});
}

void FakeCuda::destroy_memory(CudaMemory memory) noexcept {
    if (take_back("destroy_memory", memory)) delete memory;
}

void* FakeCuda::map_buffer(CudaMemory memory, std::size_t bytes) {
    called("map_buffer");
    RV_ASSERT(bytes <= memory->file.bytes().size(), "the buffer lies inside its allocation");
    return hand_out(static_cast<void*>(memory->file.bytes().data()));
}

void FakeCuda::unmap_buffer(void* mapped) noexcept {
    take_back("unmap_buffer", mapped);
}

CudaImage FakeCuda::map_image(CudaMemory memory, int width, int height) {
    called("map_image");
    const auto bytes = static_cast<std::size_t>(width * height * 4);
    RV_ASSERT(bytes <= memory->file.bytes().size(), "the image lies inside its allocation");
    return hand_out(new cudaMipmappedArray{memory->file.bytes().data(), bytes});
}

void FakeCuda::unmap_image(CudaImage image) noexcept {
    if (take_back("unmap_image", image)) delete image;
}

CudaSurface FakeCuda::create_surface(CudaImage image) {
    called("create_surface");
    return hand_out(static_cast<CudaSurface>(number_of(image->pixels)));
}

void FakeCuda::destroy_surface(CudaSurface surface) noexcept {
    take_back("destroy_surface", surface);
}

CudaSemaphore FakeCuda::import_timeline(int fd) {
    called("import_timeline");
    return hand_out(new CUexternalSemaphore_st{SharedFile(renderer::UniqueFd(fd))});
}

void FakeCuda::destroy_timeline(CudaSemaphore timeline) noexcept {
    if (take_back("destroy_timeline", timeline)) delete timeline;
}

void FakeCuda::wait(CudaSemaphore timeline, std::uint64_t value, CudaStream) {
    called("wait", std::to_string(value));
    put([timeline, value] { return timeline->file.value() >= value; });
}

void FakeCuda::signal(CudaSemaphore timeline, std::uint64_t value, CudaStream) {
    called("signal", std::to_string(value));
    put([timeline, value] { return timeline->file.raise(value), true; });
}

void* FakeCuda::allocate_pinned(std::size_t bytes) {
    called("allocate_pinned");
    return hand_out(std::malloc(bytes));
}

void FakeCuda::free_pinned(void* memory) noexcept {
    if (take_back("free_pinned", memory)) std::free(memory);
}

void* FakeCuda::pin(void* memory, std::size_t) {
    called("pin");
    return hand_out(memory);
}

void FakeCuda::unpin(void* memory) noexcept {
    take_back("unpin", memory);
}

void FakeCuda::copy_to_host(void* pinned, const void* source, std::size_t bytes, CudaStream) {
    called("copy_to_host");
    put([=] { return std::memcpy(pinned, source, bytes), true; });
}

CudaEvent FakeCuda::create_event() {
    called("create_event");
    return hand_out(new CUevent_st);
}

void FakeCuda::destroy_event(CudaEvent event) noexcept {
    if (take_back("destroy_event", event)) delete event;
}

void FakeCuda::record(CudaEvent event, CudaStream) {
    called("record");
    const std::lock_guard lock(mutex_);
    ++event->pending;
    put([event] { return --event->pending, true; });
}

bool FakeCuda::finished(CudaEvent event) {
    const std::lock_guard lock(mutex_);
    if (failing == "finished") throw DeviceError("finished failed, as it was told to");
    return event->pending == 0;
}

void FakeCuda::pack_to_buffer(const PlanarFrame& frame, std::uint32_t* rgba, CudaStream) {
    called("pack_to_buffer");
    put([=] { return pack(frame, reinterpret_cast<std::uint8_t*>(rgba)), true; });
}

void FakeCuda::pack_to_surface(const PlanarFrame& frame, CudaSurface surface, CudaStream) {
    called("pack_to_surface");
    put([=] { return pack(frame, reinterpret_cast<std::uint8_t*>(surface)), true; });
}

}  // namespace rv::interop
