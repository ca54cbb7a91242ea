#include "interop/cuda_observation.h"

#include <ATen/Functions.h>

#include "engine/core/log.h"
#include "interop/shared_timeline.h"
#include "interop/sharing_path.h"

namespace rv::interop {
namespace {

renderer::Device& checked(renderer::Device& device, CudaCalls& cuda) {
    const SharingChoice choice = choose_sharing_path(device.info(), cuda.current_device());
    if (choice.path == SharingPath::PinnedStaging)
        throw DeviceError(choice.reason, "draw with the model's GPU, or bring the picture through the host");
    return device;
}

std::size_t map_bytes(int width, int height) {
    RV_ASSERT(width > 0 && height > 0, "a picture needs a size");
    return static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4;
}

}  // namespace

at::Tensor tensor_over(std::shared_ptr<CudaImportedBuffer> owner, at::IntArrayRef shape, at::ScalarType type,
                       at::Device where) {
    void* data = owner->data();
    return at::from_blob(
        data, shape, [keep = std::move(owner)](void*) mutable { keep.reset(); },
        at::TensorOptions().dtype(type).device(where), where);
}

CudaObservation::Map::Map(renderer::Device& device, std::size_t bytes, CudaCalls& cuda)
    : shared(device, bytes, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT),
      imported(std::make_shared<CudaImportedBuffer>(
          cuda, shared.export_fd(), static_cast<std::size_t>(shared.allocation_bytes()), bytes)) {}

CudaObservation::CudaObservation(renderer::Device& device, int width, int height, CudaCalls& cuda)
    : device_(checked(device, cuda)),
      cuda_(cuda),
      width_(width),
      height_(height),
      timeline_(device),
      order_(cuda, CudaImportedTimeline(cuda, renderer::export_timeline(device)),
             CudaImportedTimeline(cuda, timeline_.export_fd()), seen_from_outside(timeline_)),
      rgba_(device, map_bytes(width, height), cuda),
      depth_m_(device, map_bytes(width, height), cuda),
      normals_(device, map_bytes(width, height), cuda),
      segmentation_(device, map_bytes(width, height), cuda) {}

CudaObservation::~CudaObservation() {
    try {
        order_.await_previous(cuda_.current_stream());
        device_.wait(drawn_);
        order_.finish(cuda_.current_stream());
    } catch (const std::exception& error) {
        log::error("the last observation was not finished: {}", error.what());
    }
}

ObservationTensors CudaObservation::draw(renderer::SceneRenderer& renderer, const asset::Scene& scene,
                                         const CameraPose& pose, const Intrinsics& intrinsics) {
    RV_ASSERT(intrinsics.width == width_ && intrinsics.height == height_,
              "an observation has the size that its memory was made for");
    const renderer::SceneMapBuffers maps{rgba_.shared.handle(), depth_m_.shared.handle(),
                                         normals_.shared.handle(), segmentation_.shared.handle()};
    order_.draw(cuda_.current_stream(), [&](std::uint64_t read) {
        const renderer::SemaphoreOperation wait{timeline_.handle(), read,
                                                VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT};
        return drawn_ = renderer.draw_into(maps, scene, pose, intrinsics, {&wait, 1});
    });
    return {view(rgba_, {height_, width_, 4}, at::kByte), view(depth_m_, {height_, width_}, at::kFloat),
            view(normals_, {height_, width_, 4}, at::kChar),
            view(segmentation_, {height_, width_}, at::kInt)};
}

at::Tensor CudaObservation::view(const Map& map, at::IntArrayRef shape, at::ScalarType type) const {
    return tensor_over(map.imported, shape, type, cuda_.tensor_device());
}

}  // namespace rv::interop
