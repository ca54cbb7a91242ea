#include "interop/shared_frames.h"

#include <algorithm>

#include "engine/core/log.h"
#include "interop/cuda_runtime_calls.h"
#include "interop/cuda_shared_frames.h"
#include "interop/host_shared_frames.h"
#include "interop/pinned_shared_frames.h"

namespace rv::interop {

SharedFrames::SharedFrames(renderer::Device& device, int width, int height)
    : device_(device), width_(width), height_(height) {
    RV_ASSERT(width > 0 && height > 0, "shared frames need a size");
}

int SharedFrames::begin_write() {
    std::optional<int> slot = ring_.begin_write(device_.completed());
    // Of the frames in flight, all but the last two are done when begin_frame() returns, so one slot is
    // always free. Only, the window may have taken a frame between the question and the answer.
    if (!slot) slot = ring_.begin_write(device_.completed());
    static_assert(renderer::Device::kFramesInFlight < FrameRing::kSlots);
    RV_ASSERT(slot, "take() was called without begin_frame()");
    return *slot;
}

std::optional<ShownFrame> SharedFrames::take() {
    const std::uint64_t read_value = device_.submitted() + 1;
    const auto shown = ring_.take(read_value, written());
    if (!shown) return std::nullopt;
    last_read_ = read_value;
    return ShownFrame{source_of(shown->slot), ready_of(shown->slot), shown->stamp, shown->number,
                      shown->fresh};
}

void SharedFrames::wait_for_reads() const noexcept {
    if (last_read_ == 0) return;  // perhaps not the window's thread, but nothing was ever taken
    try {
        // A frame taken for a submission that never came must not be waited for.
        device_.wait(std::min(last_read_, device_.submitted()));
    } catch (const std::exception& error) {
        log::error("the last shared frame was not shown: {}", error.what());
    }
}

std::unique_ptr<SharedFrames> create_shared_frames(renderer::Device& device, int width, int height,
                                                   SharingPath path, CudaCalls* cuda) {
    switch (path) {
        case SharingPath::CudaExternalMemory:
        case SharingPath::CudaExternalImage:
            RV_ASSERT(cuda, "this path needs CUDA");
            return std::make_unique<CudaSharedFrames>(device, width, height, *cuda, path);
        case SharingPath::PinnedStaging:
            RV_ASSERT(cuda, "this path needs CUDA");
            return std::make_unique<PinnedSharedFrames>(device, width, height, *cuda);
        default:
            return std::make_unique<HostSharedFrames>(device, width, height, path);
    }
}

std::unique_ptr<SharedFrames> create_shared_frames(renderer::Device& device, int width, int height,
                                                   CudaCalls& cuda) {
    SharingChoice choice = choose_sharing_path(device.info(), cuda.current_device());
    if (choice.path != SharingPath::PinnedStaging) {
        try {
            return create_shared_frames(device, width, height, choice.path, &cuda);
        } catch (const DeviceError& error) {
            choice.reason = error.what();
        }
    }
    log::warn("{}; frames go by way of the host instead", choice.reason);
    return create_shared_frames(device, width, height, SharingPath::PinnedStaging, &cuda);
}

std::unique_ptr<SharedFrames> create_shared_frames(renderer::Device& device, int width, int height,
                                                   bool on_cuda) {
    if (on_cuda) return create_shared_frames(device, width, height, cuda_runtime_calls());
    const SharingPath path = choose_sharing_path(device.info());
    if (path == SharingPath::ImportedHostMemory) {
        try {
            return create_shared_frames(device, width, height, path, nullptr);
        } catch (const DeviceError& error) {
            log::warn("{}; frames go through mapped staging memory instead", error.what());
        }
    }
    return create_shared_frames(device, width, height, SharingPath::MappedStaging, nullptr);
}

}  // namespace rv::interop
