#include "interop/pinned_shared_frames.h"

#include <ATen/Functions.h>

#include <cstring>
#include <thread>

#include "engine/core/log.h"
#include "engine/core/size_text.h"
#include "interop/planar_tensor.h"
#include "world_model/world.h"

namespace rv::interop {

PinnedSharedFrames::PinnedSharedFrames(renderer::Device& device, int width, int height, CudaCalls& cuda,
                                       SharingPath host)
    : SharedFrames(device, width, height), cuda_(cuda), copied_(cuda, cuda.create_event()) {
    use(host);
}

PinnedSharedFrames::PinnedSharedFrames(renderer::Device& device, int width, int height, CudaCalls& cuda)
    : SharedFrames(device, width, height), cuda_(cuda), copied_(cuda, cuda.create_event()) {
    if (choose_sharing_path(device.info()) != SharingPath::ImportedHostMemory || !try_imported())
        use(SharingPath::MappedStaging);
}

bool PinnedSharedFrames::try_imported() {
    try {
        use(SharingPath::ImportedHostMemory);
        return true;
    } catch (const DeviceError& error) {
        log::warn("{}; frames are copied twice instead", error.what());
        return false;
    }
}

void PinnedSharedFrames::use(SharingPath host) {
    auto slots = std::make_unique<HostFrameSlots>(device(), width(), height(), host);
    std::vector<OwnedPin> pins;
    if (host == SharingPath::ImportedHostMemory) {
        for (int i = 0; i < FrameRing::kSlots; ++i) {
            const auto bytes = slots->bytes_of(i);
            pins.emplace_back(cuda_, cuda_.pin(bytes.data(), bytes.size()));
        }
    } else {
        bounce_ = OwnedPinned(cuda_, cuda_.allocate_pinned(slots->bytes_of(0).size()));
    }
    slots_ = std::move(slots);
    pins_ = std::move(pins);
}

PinnedSharedFrames::~PinnedSharedFrames() {
    try {
        await_copy(cuda_.current_stream());
    } catch (const std::exception& error) {
        log::error("the last frame was not finished: {}", error.what());
    }
    wait_for_reads();
}

void PinnedSharedFrames::publish(const world_model::Rollout& rollout, const FrameStamp& stamp) {
    publish(rollout.frame(), stamp);
}

void PinnedSharedFrames::publish(const at::Tensor& frame, const FrameStamp& stamp) {
    const at::Tensor planar = planar_tensor(frame, width(), height());
    const CudaStream stream = cuda_.current_stream();
    await_copy(stream);
    write(stamp, [&](int slot, std::uint64_t) {
        const auto bytes = slots_->bytes_of(slot);
        queue(planar, copies_twice() ? bounce_.get() : bytes.data(), stream);
        if (copies_twice()) {
            await_copy(stream);
            std::memcpy(bytes.data(), bounce_.get(), bytes.size());
        }
        return last_;
    });
}

void PinnedSharedFrames::reserve_packed(const at::Tensor& planar) {
    if (packed_.defined()) return;
    try {
        packed_ = at::empty({height(), width()}, planar.options().dtype(at::kInt));
    } catch (const c10::Error&) {
        const auto bytes = static_cast<std::uint64_t>(width()) * static_cast<std::uint64_t>(height()) * 4;
        throw DeviceError("the model's device has no room for " + size_text(bytes) + " of a packed frame",
                          "close other programs that use it, or choose a smaller world");
    }
}

void PinnedSharedFrames::queue(const at::Tensor& planar, void* target, CudaStream stream) {
    reserve_packed(planar);
    auto* words = static_cast<std::uint32_t*>(packed_.mutable_data_ptr());
    cuda_.pack_to_buffer(planar_frame(planar), words, stream);
    cuda_.copy_to_host(target, words, packed_.nbytes(), stream);
    const std::lock_guard lock(mutex_);
    cuda_.record(copied_.get(), stream);
    ++last_;
}

void PinnedSharedFrames::await_copy(CudaStream stream) const {
    if (last_ == 0) return;
    wait_bounded(cuda_, stream, [&](std::chrono::milliseconds slice) {
        // Asking is what CUDA offers: its own wait has no limit.
        constexpr std::chrono::microseconds kBetween{200};
        for (std::chrono::microseconds waited{0}; waited < slice; waited += kBetween) {
            if (cuda_.finished(copied_.get())) return true;
            std::this_thread::sleep_for(kBetween);
        }
        return false;
    });
}

// The frame before the last was finished before the last was begun.
std::uint64_t PinnedSharedFrames::written() const {
    const std::lock_guard lock(mutex_);
    return last_ == 0 || cuda_.finished(copied_.get()) ? last_ : last_ - 1;
}

}  // namespace rv::interop
