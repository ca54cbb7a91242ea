#pragma once
/// Everything on the model's device that a rollout's future depends on, at addresses that never change, so
/// that a step over it can be captured once (see captured_work.h) and replayed.

#include <torch/torch.h>

#include <optional>

#include "world_model/condition/device_camera.h"
#include "world_model/condition/device_memory.h"
#include "world_model/rollout_state.h"

namespace rv::world_model {

struct DeviceState {
    /// Of a rollout that begins with a frame. @param frame (3, H, W) in [-1, 1]  @param up see RolloutState
    /// @throws DeviceError for a GPU where this build has no kernels of its own.
    DeviceState(const WorldParts& parts, const torch::Tensor& frame, glm::vec3 up);
    /// Allocates; from then on copy_from() does not.
    DeviceState(const DeviceState& other);
    DeviceState& operator=(const DeviceState&) = delete;

    /// The same world's; copied on the device, without waiting for it.
    void copy_from(const DeviceState& other);
    /// Takes over a state of the same world.
    void restore(const RolloutState& state);
    /// The frame that follows.
    /// @param after the dynamics' state behind it  @param shown (3, H, W)  @param coded (1, C, h, w)
    void move_to(const DynamicsState& after, const torch::Tensor& shown, const torch::Tensor& coded,
                 const Decoded& decoded);
    /// The newest frame as the memory takes it. Only where there is a memory.
    [[nodiscard]] DeviceFrame newest() const;
    [[nodiscard]] size_t size_bytes() const;

    const WorldParts& parts;
    DynamicsState dynamics;
    torch::Tensor frame;                 ///< (3, H, W) float32
    torch::Tensor latent;                ///< (1, C, h, w) float32
    torch::Tensor draft;                 ///< (3, H, W) float32, at the tokenizer's resolution
    torch::Tensor inverse_depth;         ///< (1, H, W) float32; undefined for worlds without depth
    std::optional<DeviceCamera> camera;  ///< of worlds with poses
    std::optional<DeviceMemory> memory;  ///< of worlds with poses and depth

  private:
    void make_geometry();
};

}  // namespace rv::world_model
