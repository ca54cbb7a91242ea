#pragma once
/// The spatial memory of a live rollout, wholly on one device: what SpatialMemory does, as a fixed sequence
/// of kernels over buffers of fixed shape, so that a CUDA graph may capture it. Same arithmetic, same
/// choices.
///
/// A step, in this order; nothing in it waits, allocates or depends on a value that the host would have to
/// read:
///
///     camera.advance(code, wanted, flags);                  // DeviceCamera: where the next camera is
///     memory.follow_prompt(prompt_changed, camera.time());
///     const auto seen = memory.view(newest, camera.target());
///     memory.offer(newest);
///     ...                                                   // dynamics, tokenizer, decoder
///     camera.arrive();
///
/// Generation thread only. On a CUDA device everything is launched on LibTorch's current stream of the
/// calling thread, also while that stream is being captured; on the CPU everything has happened when a
/// function returns. Tensors that are handed in are contiguous and on the memory's device, and a captured
/// graph reads the same addresses at every replay. Tensors that are handed out are the memory's own, at
/// addresses that never change; the next call overwrites them.

#include <torch/torch.h>

#include <memory>
#include <vector>

#include "engine/core/camera.h"
#include "world_model/condition/spatial_memory.h"

namespace rv::world_model {

class GeometryExecutor;
struct FrameBuffers;
struct MemoryBuffers;

/// The frame that was generated last, as tensors on the device. Leading dimensions of 1 may be there or not.
struct DeviceFrame {
    torch::Tensor draft;          ///< (3, H, W) float32 in [-1, 1]
    torch::Tensor inverse_depth;  ///< (1, H, W) float32, see depth.h
    torch::Tensor shown;  ///< (3, e H, e W) float32 in [-1, 1]; undefined where nothing is kept as shown
    torch::Tensor pose;   ///< (7) float32, see pose_numbers.h
    torch::Tensor time;   ///< (1) int64, frame of the rollout; grows from offer to offer
};

/// What the next camera will see of what is known; see Reprojected.
struct DeviceView {
    torch::Tensor frame;     ///< (1, 3, H, W) float32 in [-1, 1]; 0 where nothing is known
    torch::Tensor validity;  ///< (1, 1, H, W) float32, 1 where known, else 0
    torch::Tensor shown;     ///< (1, 3, e H, e W) float32; undefined where nothing is kept as shown
};

class DeviceMemory {
  public:
    /// Allocates everything: (3 e² + 4) H W floats for each of SpatialMemory::kCapacity frames, and a few
    /// pictures.
    /// @param camera  of the H x W pictures
    /// @param enlarges  e, at least 1: pixels a side of what is shown for each of the picture's; 0: frames
    /// are not kept as shown
    /// @param device  the CPU or a CUDA device
    /// @throws DeviceError for a CUDA device where this build has no kernels.
    DeviceMemory(const Intrinsics& camera, int enlarges, const torch::Device& device);
    ~DeviceMemory();
    DeviceMemory(DeviceMemory&&) noexcept;
    DeviceMemory& operator=(DeviceMemory&&) noexcept;

    /// Call before each frame, as SpatialMemory::follow_prompt. @param changed (1) int32: not 0 if the prompt
    /// is another than the frame before's, or has not quite arrived  @param time (1) int64
    void follow_prompt(const torch::Tensor& changed, const torch::Tensor& time);
    /// The newest frame and up to SpatialMemory::kDrawn kept ones, drawn into a camera. @param target (7)
    /// float32
    const DeviceView& view(const DeviceFrame& newest, const torch::Tensor& target);
    /// Keeps the frame if it shows something new; when full, lets the most redundant one go.
    void offer(const DeviceFrame& newest);

    /// Times of the kept frames that the last view drew, oldest first; waits for the device.
    [[nodiscard]] std::vector<int64_t> drawn() const;
    /// What is kept, on the CPU, oldest first; waits for the device. The prompt is left empty: whoever
    /// compares prompts knows it. @param earlier a state of this same memory: pictures that it holds already
    /// are shared with it and not copied again
    [[nodiscard]] SpatialMemory::State state(const SpatialMemory::State& earlier = {}) const;
    /// @param state its frames' times grow; pictures of this memory's sizes
    void restore(const SpatialMemory::State& state);
    /// Everything that `other`, of the same sizes and device, keeps; a copy on the device, which waits for
    /// nothing.
    void copy_from(const DeviceMemory& other);
    [[nodiscard]] size_t size_bytes() const;  ///< of what is kept, which is what a copy takes

  private:
    struct Storage;
    [[nodiscard]] MemoryBuffers buffers() const;
    [[nodiscard]] FrameBuffers buffers_of(const DeviceFrame& frame) const;

    Intrinsics camera_;
    int enlarges_ = 0;
    std::unique_ptr<GeometryExecutor> executor_;
    std::unique_ptr<Storage> kept_;
    DeviceView view_;
};

}  // namespace rv::world_model
