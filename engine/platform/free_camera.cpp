#include "engine/platform/free_camera.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>

namespace rv::platform {
namespace {

constexpr float kMaxPitch = 1.5f;  // radians, just short of straight up: yaw stays defined

}  // namespace

void FreeCamera::start(const CameraPose& pose) {
    position_ = pose.position;
    yaw_ = pose.yaw();
    pitch_ = std::clamp(pose.pitch(), -kMaxPitch, kMaxPitch);
}

CameraPose FreeCamera::advance(const Motion& motion, float seconds) {
    const Action action = clamped(motion.action);
    yaw_ += action.turn * speed_.turn_rad_per_s * seconds;
    pitch_ = std::clamp(pitch_ + action.look * speed_.turn_rad_per_s * seconds, -kMaxPitch, kMaxPitch);

    const CameraPose view = pose();
    glm::vec3 direction =
        view.forward() * action.forward + view.right() * action.sideways + glm::vec3(0, motion.rise, 0);
    const float length = glm::length(direction);
    if (length > 1.0f) direction /= length;  // diagonals are not faster
    const float run = action.run > 0.5f ? speed_.run_factor : 1.0f;
    position_ += direction * (speed_.move_m_per_s * run * seconds);
    return pose();
}

CameraPose FreeCamera::pose() const {
    return CameraPose::from_yaw_pitch(position_, yaw_, pitch_);
}

}  // namespace rv::platform
