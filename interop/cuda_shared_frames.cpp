#include "interop/cuda_shared_frames.h"

#include "engine/core/log.h"
#include "interop/planar_tensor.h"
#include "interop/shared_timeline.h"
#include "world_model/world.h"

namespace rv::interop {
namespace {

renderer::Device& checked(renderer::Device& device, CudaCalls& cuda) {
    const SharingChoice choice = choose_sharing_path(device.info(), cuda.current_device());
    if (choice.path == SharingPath::PinnedStaging)
        throw DeviceError(choice.reason, "draw with the same GPU, or --device cpu");
    return device;
}

}  // namespace

CudaSharedFrames::CudaSharedFrames(renderer::Device& device, int width, int height, CudaCalls& cuda,
                                   SharingPath path)
    : SharedFrames(device, width, height),
      path_(path),
      cuda_(cuda),
      timeline_(checked(device, cuda)),
      order_(cuda, CudaImportedTimeline(cuda, renderer::export_timeline(device)),
             CudaImportedTimeline(cuda, timeline_.export_fd()), seen_from_outside(timeline_)) {
    slots_.reserve(FrameRing::kSlots);
    for (int i = 0; i < FrameRing::kSlots; ++i) slots_.push_back(make_slot());
}

std::variant<CudaSharedFrames::BufferSlot, CudaSharedFrames::ImageSlot> CudaSharedFrames::make_slot() const {
    if (path_ == SharingPath::CudaExternalImage) {
        renderer::ExternalImage image(
            device(), {static_cast<std::uint32_t>(width()), static_cast<std::uint32_t>(height())},
            VK_IMAGE_USAGE_STORAGE_BIT);
        CudaImportedImage imported(cuda_, image.export_fd(),
                                   static_cast<std::size_t>(image.allocation_bytes()), width(), height());
        return ImageSlot{std::move(image), std::move(imported)};
    }
    const auto bytes = static_cast<std::size_t>(width()) * static_cast<std::size_t>(height()) * 4;
    renderer::ExternalBuffer buffer(device(), bytes, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT);
    CudaImportedBuffer imported(cuda_, buffer.export_fd(),
                                static_cast<std::size_t>(buffer.allocation_bytes()), bytes);
    return BufferSlot{std::move(buffer), std::move(imported)};
}

CudaSharedFrames::~CudaSharedFrames() {
    try {
        order_.await_previous(cuda_.current_stream());
    } catch (const std::exception& error) {
        log::error("the last frame was not finished: {}", error.what());
    }
    wait_for_reads();
}

void CudaSharedFrames::publish(const world_model::Rollout& rollout, const FrameStamp& stamp) {
    publish(rollout.frame(), stamp);
}

// The kernel may still read `planar` when this returns: LibTorch reuses its memory only in the stream's
// order.
void CudaSharedFrames::publish(const at::Tensor& frame, const FrameStamp& stamp) {
    const at::Tensor planar = planar_tensor(frame, width(), height());
    RV_ASSERT(planar.device() == cuda_.tensor_device(), "the frame lies on the device that shares");
    const CudaStream stream = cuda_.current_stream();
    order_.await_previous(stream);
    write(stamp, [&](int slot, std::uint64_t read_until) {
        const std::uint64_t finished_at =
            order_.write(stream, read_until, [&] { pack(planar_frame(planar), slot, stream); });
        return ready_[static_cast<std::size_t>(slot)] = finished_at;
    });
}

void CudaSharedFrames::pack(const PlanarFrame& frame, int slot, CudaStream stream) const {
    const auto& memory = slots_[static_cast<std::size_t>(slot)];
    if (const auto* image = std::get_if<ImageSlot>(&memory))
        return cuda_.pack_to_surface(frame, image->imported.surface(), stream);
    auto* words = static_cast<std::uint32_t*>(std::get<BufferSlot>(memory).imported.data());
    cuda_.pack_to_buffer(frame, words, stream);
}

renderer::FrameSource CudaSharedFrames::source_of(int slot) const {
    const auto& memory = slots_[static_cast<std::size_t>(slot)];
    renderer::FrameSource source{.width = width(), .height = height()};
    if (const auto* image = std::get_if<ImageSlot>(&memory))
        source.view = image->shared.view();
    else
        source.buffer = std::get<BufferSlot>(memory).shared.handle();
    return source;
}

// Reached already when the ring hands the slot out: the wait costs nothing and makes the writes visible to
// Vulkan.
renderer::SemaphoreOperation CudaSharedFrames::ready_of(int slot) const {
    return {timeline_.handle(), ready_[static_cast<std::size_t>(slot)],
            VK_PIPELINE_STAGE_2_FRAGMENT_SHADER_BIT};
}

}  // namespace rv::interop
