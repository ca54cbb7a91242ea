#pragma once
/// The way back: scenes drawn by the renderer as tensors on the model's GPU, without a copy and without the
/// host.
///
///     CudaObservation eye(device, 256, 144, cuda_runtime_calls());
///     const ObservationTensors seen = eye.draw(renderer, scene, pose, intrinsics);
///     const at::Tensor frame = frame_from_rgba8(seen.rgba, at::kBFloat16);
///
/// Only queues work: what LibTorch does with the tensors on its current stream comes after the drawing, and
/// the next drawing comes after what was queued there before it. No GPU has measured it yet.

#include <ATen/core/Tensor.h>

#include <memory>

#include "interop/cuda_read_order.h"
#include "renderer/external_memory.h"
#include "renderer/scene_renderer.h"

namespace rv::interop {

/// Views of the shared memory, (H, W) rows from the top. They show what was drawn last: clone() what is to
/// outlive the next draw. Their memory lives as long as any of them, also beyond the CudaObservation.
struct ObservationTensors {
    at::Tensor rgba;          ///< (H, W, 4) uint8, sRGB
    at::Tensor depth_m;       ///< (H, W) float32, as renderer::SceneMaps
    at::Tensor normals;       ///< (H, W, 4) int8, snorm8
    at::Tensor segmentation;  ///< (H, W) int32
};

/// One thread, which is the device's.
class CudaObservation {
  public:
    /// Uses CUDA's current device. @throws DeviceError unless it is the GPU that `device` draws with, and can
    /// share.
    CudaObservation(renderer::Device& device, int width, int height, CudaCalls& cuda);
    ~CudaObservation();  ///< Waits until the drawing is done.
    CudaObservation(const CudaObservation&) = delete;
    CudaObservation& operator=(const CudaObservation&) = delete;

    /// @param renderer of the same device, @param intrinsics of this size. @throws DeviceError.
    ObservationTensors draw(renderer::SceneRenderer& renderer, const asset::Scene& scene,
                            const CameraPose& pose, const Intrinsics& intrinsics);

  private:
    /// A map on both sides. Shared with the tensors, which may live longer.
    struct Map {
        Map(renderer::Device& device, std::size_t bytes, CudaCalls& cuda);
        renderer::ExternalBuffer shared;
        std::shared_ptr<CudaImportedBuffer> imported;
    };
    [[nodiscard]] at::Tensor view(const Map& map, at::IntArrayRef shape, at::ScalarType type) const;

    renderer::Device& device_;
    CudaCalls& cuda_;
    const int width_, height_;
    renderer::ExternalTimeline timeline_;
    CudaReadOrder order_;
    Map rgba_, depth_m_, normals_, segmentation_;
    std::uint64_t drawn_ = 0;  // the device's timeline value of the last draw
};

/// A tensor over memory that `owner` keeps, as long as the tensor or a view of it lives.
at::Tensor tensor_over(std::shared_ptr<CudaImportedBuffer> owner, at::IntArrayRef shape, at::ScalarType type,
                       at::Device where);

}  // namespace rv::interop
