#include "interop/host_frame_slots.h"

namespace rv::interop {

HostFrameSlots::HostFrameSlots(renderer::Device& device, int width, int height, SharingPath path)
    : width_(width), height_(height) {
    RV_ASSERT(path == SharingPath::ImportedHostMemory || path == SharingPath::MappedStaging,
              "host frames take a host path");
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

std::span<std::uint8_t> HostFrameSlots::bytes_of(int slot) const {
    const auto raw =
        std::visit([](const auto& buffer) { return buffer.bytes(); }, slots_[static_cast<std::size_t>(slot)]);
    return {reinterpret_cast<std::uint8_t*>(raw.data()), raw.size()};
}

renderer::FrameSource HostFrameSlots::source_of(int slot) const {
    const VkBuffer buffer =
        std::visit([](const auto& b) { return b.handle(); }, slots_[static_cast<std::size_t>(slot)]);
    return {.buffer = buffer, .width = width_, .height = height_};
}

}  // namespace rv::interop
