#pragma once
/// Where the camera of a live rollout is, as tensors on one device: from what the ego head says of the next
/// motion to the next pose and its rays, without the host. A fixed sequence of kernels over buffers of fixed
/// shape, so that a CUDA graph may capture it. Threads, streams and addresses: see device_memory.h.

#include <torch/torch.h>

#include <memory>

#include "engine/core/camera.h"
#include "world_model/condition/camera_flags.h"

namespace rv::world_model {

class GeometryExecutor;
struct CameraBuffers;

class DeviceCamera {
  public:
    /// All of it on the host, for saving, restoring and copying.
    struct Place {
        CameraPose pose, last_motion;
        int64_t time = 0;       ///< frame of the rollout
        glm::vec3 up{0, 1, 0};  ///< the world's up in the axes of frame 0's camera
    };

    /// @param camera of the pictures  @param h, w of the grid of rays: the latent's
    /// @throws DeviceError for a CUDA device where this build has no kernels.
    DeviceCamera(const Intrinsics& camera, int h, int w, const torch::Device& device);
    ~DeviceCamera();
    DeviceCamera(DeviceCamera&&) noexcept;
    DeviceCamera& operator=(DeviceCamera&&) noexcept;

    [[nodiscard]] const torch::Tensor& pose() const;  ///< (7) float32, see pose_numbers.h: of the last frame
    [[nodiscard]] const torch::Tensor& time() const;  ///< (1) int64: the last frame
    [[nodiscard]] const torch::Tensor& last_motion() const;  ///< (1, 6) float32, as EgoHead's `last`
    [[nodiscard]] const torch::Tensor& up() const;           ///< (1, 3) float32, as EgoHead's `up`

    /// Where the camera goes next.
    /// @param code (1, 6) float32, the ego head's  @param wanted (7) float32, a pose to take instead
    /// @param flags (kCameraFlags) int32, see camera_flags.h
    void advance(const torch::Tensor& code, const torch::Tensor& wanted, const torch::Tensor& flags);
    [[nodiscard]] const torch::Tensor& target() const;  ///< (7) float32: the pose of the frame to come
    [[nodiscard]] const torch::Tensor& motion() const;  ///< (7) float32: the target seen from pose()
    [[nodiscard]] const torch::Tensor& rays() const;    ///< (1, 6, h, w) float32, as motion_rays()
    /// The frame to come is there: it is the last one now, and time() one more.
    void arrive();

    [[nodiscard]] Place place() const;  ///< waits for the device
    void restore(const Place& place);
    /// Where `other`, of the same device, is; a copy on the device, which waits for nothing.
    void copy_from(const DeviceCamera& other);

  private:
    struct Storage;
    [[nodiscard]] CameraBuffers buffers() const;

    Intrinsics grid_;
    std::unique_ptr<GeometryExecutor> executor_;
    std::unique_ptr<Storage> held_;
};

}  // namespace rv::world_model
