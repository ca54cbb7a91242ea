#include <doctest/doctest.h>
#include <torch/torch.h>

#include "tests/world_model/walled_world.h"
#include "world_model/condition/device_camera.h"
#include "world_model/condition/motion_rays.h"
#include "world_model/condition/pose_tensor.h"
#include "world_model/dynamics/ego_head.h"
#include "world_model/numerics.h"

using namespace rv;
using namespace rv::world_model;
using namespace rv::tests;

namespace {

constexpr int kRows = 6, kColumns = 8;

torch::Tensor flags(bool follows, bool idle) {
    return torch::tensor({follows ? 1 : 0, idle ? 1 : 0}, torch::kInt32);
}

double difference(const torch::Tensor& a, const torch::Tensor& b) {
    return (a.flatten() - b.flatten()).abs().max().item<double>();
}

torch::Tensor three(const glm::vec3& v) {
    return torch::tensor({v.x, v.y, v.z});
}

}  // namespace

TEST_CASE("[DeviceCamera] moves as the ego head says, to the bit, and reads back what the next step needs") {
    torch::NoGradGuard no_grad;
    torch::manual_seed(3);
    EgoHead ego(4, kActionSize);
    const DeviceCamera::Place start{.pose = CameraPose::from_yaw_pitch({1, 2, 3}, 0.4f, -0.1f),
                                    .last_motion = {},
                                    .time = 5,
                                    .up = {0, 0.8f, 0.6f}};
    DeviceCamera camera(kWalledCamera, kRows, kColumns, torch::kCPU);
    camera.restore(start);
    CameraPose pose = start.pose, last;
    double largest = 0;
    for (int i = 0; i < 50; ++i) {
        const auto latent = torch::randn({1, 4, 9, 16}, generator_for(1, static_cast<uint64_t>(i)));
        const Action action =
            i % 5 == 0 ? Action{} : Action{.forward = 1, .turn = 0.1f * static_cast<float>(i % 7)};
        const CameraPose motion =
            ego->predict(latent, action, last, glm::conjugate(pose.orientation) * start.up);
        const auto values = action.values();
        const torch::Tensor said = ego->forward(
            latent, torch::tensor(at::ArrayRef<float>(values.data(), values.size())).unsqueeze(0),
            camera.last_motion(), camera.up());
        camera.advance(said, pose_tensor({}), flags(false, action == Action{}));
        largest = std::max({largest, difference(camera.motion(), pose_tensor(motion)),
                            difference(camera.target(), pose_tensor(pose * motion)),
                            difference(camera.rays(), motion_rays(motion, kWalledCamera, kRows, kColumns))});
        camera.arrive();
        pose = pose * motion;
        last = motion;
    }
    MESSAGE("largest difference " << largest);
    CHECK(largest == 0);
    CHECK(camera.time().item<int64_t>() == 55);
    CHECK(torch::equal(camera.pose(), pose_tensor(pose)));
    CHECK(torch::equal(camera.last_motion()[0], motion_code(last)));
    CHECK(torch::equal(camera.up()[0], three(glm::conjugate(pose.orientation) * start.up)));
}

TEST_CASE(
    "[DeviceCamera] who asks for nothing and is carried nowhere stands, but not who asks or is carried") {
    DeviceCamera camera(kWalledCamera, kRows, kColumns, torch::kCPU);
    const torch::Tensor little = torch::full({1, 6}, 0.05f), much = torch::full({1, 6}, 1.0f),
                        still = pose_tensor({});
    camera.advance(little, still, flags(false, true));
    CHECK(torch::equal(camera.motion(), still));
    camera.advance(little, still, flags(false, false));
    CHECK_FALSE(torch::equal(camera.motion(), still));
    camera.advance(much, still, flags(false, true));
    CHECK_FALSE(torch::equal(camera.motion(), still));
}

TEST_CASE("[DeviceCamera] takes a pose that is wanted, whatever the code says") {
    DeviceCamera camera(kWalledCamera, kRows, kColumns, torch::kCPU);
    const CameraPose wanted = CameraPose::from_yaw_pitch({4, 0, -2}, 1, 0.3f),
                     here = CameraPose::from_yaw_pitch({1, 1, 1}, -1, 0);
    camera.restore({.pose = here, .last_motion = {}, .time = 0, .up = {0, 1, 0}});
    camera.advance(torch::full({1, 6}, NAN), pose_tensor(wanted), flags(true, true));
    CHECK(difference(camera.motion(), pose_tensor(relative(here, wanted))) == 0);
    CHECK(difference(camera.target(), pose_tensor(wanted)) < 1e-5);
}

TEST_CASE("[DeviceCamera] what it held comes back from its place and from a copy") {
    const DeviceCamera::Place place{.pose = CameraPose::from_yaw_pitch({1, 2, 3}, 0.4f, -0.1f),
                                    .last_motion = CameraPose::from_yaw_pitch({0, 0, -0.2f}, 0.05f, 0),
                                    .time = 77,
                                    .up = {0, 0.6f, 0.8f}};
    DeviceCamera camera(kWalledCamera, kRows, kColumns, torch::kCPU),
        twin(kWalledCamera, kRows, kColumns, torch::kCPU);
    camera.restore(place);
    twin.copy_from(camera);
    const DeviceCamera::Place back = twin.place();
    CHECK(torch::equal(pose_tensor(back.pose), pose_tensor(place.pose)));
    CHECK(torch::equal(pose_tensor(back.last_motion), pose_tensor(place.last_motion)));
    CHECK(back.time == place.time);
    CHECK(back.up == place.up);
    CHECK(torch::equal(twin.last_motion()[0], motion_code(place.last_motion)));
    CHECK(torch::equal(twin.up(), camera.up()));
}
