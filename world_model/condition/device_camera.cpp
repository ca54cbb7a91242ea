#include "world_model/condition/device_camera.h"

#include "world_model/condition/device_values.h"
#include "world_model/condition/geometry_buffers.h"
#include "world_model/condition/geometry_executor.h"
#include "world_model/condition/pose_tensor.h"

namespace rv::world_model {

struct DeviceCamera::Storage {
    torch::Tensor world_up, pose, last_motion, last_code, up, time;  // where it is
    torch::Tensor target, motion, rays;                              // where it goes
};

DeviceCamera::DeviceCamera(const Intrinsics& camera, int h, int w, const torch::Device& device)
    : grid_(camera.resized(w, h)),
      executor_(create_geometry_executor(device)),
      held_(std::make_unique<Storage>()) {
    const auto floats = torch::dtype(torch::kFloat32).device(device);
    *held_ = {.world_up = torch::zeros({3}, floats),
              .pose = torch::zeros({kPoseSize}, floats),
              .last_motion = torch::zeros({kPoseSize}, floats),
              .last_code = torch::zeros({1, 6}, floats),
              .up = torch::zeros({1, 3}, floats),
              .time = torch::zeros({1}, floats.dtype(torch::kInt64)),
              .target = torch::zeros({kPoseSize}, floats),
              .motion = torch::zeros({kPoseSize}, floats),
              .rays = torch::zeros({1, 6, h, w}, floats)};
    // The identity, without a copy from the host: whoever makes a copy must not wait for the device.
    held_->pose.narrow(0, 3, 1).fill_(1);
    held_->last_motion.narrow(0, 3, 1).fill_(1);
    held_->world_up.narrow(0, 1, 1).fill_(1);
    executor_->look(buffers());
}

DeviceCamera::~DeviceCamera() = default;
DeviceCamera::DeviceCamera(DeviceCamera&&) noexcept = default;
DeviceCamera& DeviceCamera::operator=(DeviceCamera&&) noexcept = default;

const torch::Tensor& DeviceCamera::pose() const {
    return held_->pose;
}
const torch::Tensor& DeviceCamera::time() const {
    return held_->time;
}
const torch::Tensor& DeviceCamera::last_motion() const {
    return held_->last_code;
}
const torch::Tensor& DeviceCamera::up() const {
    return held_->up;
}
const torch::Tensor& DeviceCamera::target() const {
    return held_->target;
}
const torch::Tensor& DeviceCamera::motion() const {
    return held_->motion;
}
const torch::Tensor& DeviceCamera::rays() const {
    return held_->rays;
}

CameraBuffers DeviceCamera::buffers() const {
    const Storage& s = *held_;
    return {.grid = grid_,
            .world_up = s.world_up.const_data_ptr<float>(),
            .pose = s.pose.data_ptr<float>(),
            .last_motion = s.last_motion.data_ptr<float>(),
            .last_code = s.last_code.data_ptr<float>(),
            .up = s.up.data_ptr<float>(),
            .target = s.target.data_ptr<float>(),
            .motion = s.motion.data_ptr<float>(),
            .rays = s.rays.data_ptr<float>(),
            .time = s.time.data_ptr<int64_t>()};
}

void DeviceCamera::advance(const torch::Tensor& code, const torch::Tensor& wanted,
                           const torch::Tensor& flags) {
    executor_->advance(buffers(), device_values<float>(code, 6, held_->pose),
                       device_values<float>(wanted, kPoseSize, held_->pose),
                       device_values<int32_t>(flags, kCameraFlags, held_->pose));
}

void DeviceCamera::arrive() {
    executor_->arrive(buffers());
}

DeviceCamera::Place DeviceCamera::place() const {
    const Storage& s = *held_;
    const torch::Tensor up = s.world_up.cpu();
    const float* v = up.const_data_ptr<float>();
    return {pose_from_tensor(s.pose),
            pose_from_tensor(s.last_motion),
            s.time.item<int64_t>(),
            {v[0], v[1], v[2]}};
}

void DeviceCamera::restore(const Place& place) {
    Storage& s = *held_;
    s.pose.copy_(pose_tensor(place.pose));
    s.last_motion.copy_(pose_tensor(place.last_motion));
    s.world_up.copy_(torch::tensor({place.up.x, place.up.y, place.up.z}));
    s.time.fill_(place.time);
    executor_->look(buffers());
}

void DeviceCamera::copy_from(const DeviceCamera& other) {
    const Storage &to = *held_, &from = *other.held_;
    for (const auto part : {&Storage::world_up, &Storage::pose, &Storage::last_motion, &Storage::last_code,
                            &Storage::up, &Storage::time})
        (to.*part).copy_(from.*part, /*non_blocking=*/true);
}

}  // namespace rv::world_model
