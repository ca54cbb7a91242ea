#include "interop/host_shared_frames.h"

#include <algorithm>

#include "interop/frame_tensor.h"
#include "world_model/world.h"

namespace rv::interop {

HostSharedFrames::HostSharedFrames(renderer::Device& device, int width, int height, SharingPath path)
    : SharedFrames(device, width, height), path_(path) {
    RV_ASSERT(path != SharingPath::CudaExternalMemory, "host frames take a host path");
    const auto bytes = static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4;
    slots_.reserve(FrameRing::kSlots);
    for (int i = 0; i < FrameRing::kSlots; ++i) {
        if (path == SharingPath::ImportedHostMemory)
            slots_.emplace_back(std::in_place_type<renderer::ImportedHostBuffer>, device, bytes,
                                VK_BUFFER_USAGE_STORAGE_BUFFER_BIT);
        else
            slots_.emplace_back(std::in_place_type<renderer::Buffer>, device,
                                renderer::BufferCreateInfo{bytes, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT,
                                                           renderer::MemoryDomain::Upload});
    }
}

HostSharedFrames::~HostSharedFrames() {
    wait_for_reads();
}

std::span<std::uint8_t> HostSharedFrames::bytes_of(int slot) const {
    const auto raw =
        std::visit([](const auto& buffer) { return buffer.bytes(); }, slots_[static_cast<std::size_t>(slot)]);
    return {reinterpret_cast<std::uint8_t*>(raw.data()), raw.size()};
}

renderer::FrameSource HostSharedFrames::source_of(int slot) const {
    const VkBuffer buffer =
        std::visit([](const auto& b) { return b.handle(); }, slots_[static_cast<std::size_t>(slot)]);
    return {buffer, 0, width(), height()};
}

// Host writes before a submission are visible to it, and the ring's mutex puts these writes before the take.
void HostSharedFrames::publish(const world_model::Rollout& rollout, const FrameStamp& stamp) {
    write(stamp, [&](int slot) { rollout.copy_frame(bytes_of(slot)); });
}

void HostSharedFrames::publish(const at::Tensor& frame, const FrameStamp& stamp) {
    write(stamp, [&](int slot) { write_rgba8(frame, bytes_of(slot)); });
}

void HostSharedFrames::publish(std::span<const std::uint8_t> rgba, const FrameStamp& stamp) {
    write(stamp, [&](int slot) { std::ranges::copy(rgba, bytes_of(slot).begin()); });
}

}  // namespace rv::interop
