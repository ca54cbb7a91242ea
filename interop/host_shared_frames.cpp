#include "interop/host_shared_frames.h"

#include <algorithm>

#include "interop/frame_tensor.h"
#include "world_model/world.h"

namespace rv::interop {

HostSharedFrames::HostSharedFrames(renderer::Device& device, int width, int height, SharingPath path)
    : SharedFrames(device, width, height), path_(path), slots_(device, width, height, path) {}

HostSharedFrames::~HostSharedFrames() {
    wait_for_reads();
}

// Host writes before a submission are visible to it, and the ring's mutex puts these writes before the take.
void HostSharedFrames::publish(const world_model::Rollout& rollout, const FrameStamp& stamp) {
    write(stamp, [&](int slot, std::uint64_t) {
        rollout.copy_frame(slots_.bytes_of(slot));
        return FrameRing::kFinished;
    });
}

void HostSharedFrames::publish(const at::Tensor& frame, const FrameStamp& stamp) {
    write(stamp, [&](int slot, std::uint64_t) {
        write_rgba8(frame, slots_.bytes_of(slot));
        return FrameRing::kFinished;
    });
}

void HostSharedFrames::publish(std::span<const std::uint8_t> rgba, const FrameStamp& stamp) {
    write(stamp, [&](int slot, std::uint64_t) {
        std::ranges::copy(rgba, slots_.bytes_of(slot).begin());
        return FrameRing::kFinished;
    });
}

}  // namespace rv::interop
