#include "interop/shared_frames.h"

#include <algorithm>

#include "engine/core/log.h"
#include "interop/host_shared_frames.h"
#ifdef REVERIE_CUDA_INTEROP
#include "interop/cuda_shared_frames.h"
#endif

namespace rv::interop {

const char* to_string(SharingPath path) {
    switch (path) {
        case SharingPath::ImportedHostMemory:
            return "imported host memory";
        case SharingPath::MappedStaging:
            return "mapped staging";
        case SharingPath::CudaExternalMemory:
            return "CUDA external memory";
    }
    return "unknown";
}

SharedFrames::SharedFrames(renderer::Device& device, int width, int height)
    : device_(device), width_(width), height_(height) {
    RV_ASSERT(width > 0 && height > 0, "shared frames need a size");
}

int SharedFrames::begin_write() {
    const std::optional<int> slot = ring_.begin_write(device_.completed());
    // Of the frames in flight, all but the last two are done when begin_frame() returns, so one slot is
    // always free.
    static_assert(renderer::Device::kFramesInFlight < FrameRing::kSlots);
    RV_ASSERT(slot, "take() was called without begin_frame()");
    return *slot;
}

std::optional<ShownFrame> SharedFrames::take() {
    const std::uint64_t read_value = device_.submitted() + 1;
    const auto shown = ring_.take(read_value);
    if (!shown) return std::nullopt;
    last_read_ = read_value;
    return ShownFrame{source_of(shown->slot), ready_of(shown->slot), shown->stamp, shown->number,
                      shown->fresh};
}

void SharedFrames::wait_for_reads() const {
    // A frame taken for a submission that never came must not be waited for.
    device_.wait(std::min(last_read_, device_.submitted()));
}

SharingPath choose_sharing_path(const renderer::DeviceInfo& device, bool on_cuda) {
    if (on_cuda) return SharingPath::CudaExternalMemory;
    return device.has_external_memory_host && device.host_memory_alignment > 0
               ? SharingPath::ImportedHostMemory
               : SharingPath::MappedStaging;
}

std::unique_ptr<SharedFrames> create_shared_frames(renderer::Device& device, int width, int height,
                                                   bool on_cuda) {
    if (on_cuda) {
#ifdef REVERIE_CUDA_INTEROP
        return std::make_unique<CudaSharedFrames>(device, width, height);
#else
        throw DeviceError("this build cannot share frames with CUDA",
                          "build it where nvcc is installed, or --device cpu");
#endif
    }
    if (renderer::ImportedHostBuffer::supported(device)) {
        try {
            return std::make_unique<HostSharedFrames>(device, width, height, SharingPath::ImportedHostMemory);
        } catch (const DeviceError& error) {
            log::warn("{}; frames go through mapped staging memory instead", error.what());
        }
    }
    return std::make_unique<HostSharedFrames>(device, width, height, SharingPath::MappedStaging);
}

}  // namespace rv::interop
