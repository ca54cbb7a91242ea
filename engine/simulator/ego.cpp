#include "engine/simulator/ego.h"

#include <algorithm>
#include <cmath>
#include <glm/gtc/constants.hpp>

namespace rv::simulator {

EgoLimits EgoLimits::driving() {
    EgoLimits limits;
    limits.walk_m = 0.34f;
    limits.run_m = 0.5f;
    limits.backward_part = 0.4f;
    limits.response = 0.18f;
    limits.eye_m = 1.35f;
    limits.radius_m = 0.95f;
    limits.height_m = 1.9f;
    limits.steers_like_car = true;
    return limits;
}

void Ego::place(glm::vec2 position, float yaw) {
    position_ = position;
    velocity_ = glm::vec2(0.0f);
    yaw_ = wrapped(yaw);
    yaw_rate_ = pitch_ = ground_ = air_ = rise_ = 0.0f;
}

glm::vec2 Ego::steer(const Action& action) {
    const EgoLimits& l = limits_;
    const float speed = action.run > 0.5f ? l.run_m : l.walk_m;
    const float forward = speed * action.forward * (action.forward < 0.0f ? l.backward_part : 1.0f);
    const float sideways = l.steers_like_car ? 0.0f : speed * action.sideways * l.sideways_part;
    velocity_ += (glm::vec2(sideways, forward) - velocity_) * l.response;

    float turn = action.turn * l.turn_rad;
    if (l.steers_like_car) turn *= std::clamp(velocity_.y / (0.5f * l.walk_m), -1.0f, 1.0f);
    yaw_rate_ += (turn - yaw_rate_) * std::max(l.response, 0.6f);
    yaw_ = wrapped(yaw_ + yaw_rate_);

    pitch_ = action.look == 0.0f ? pitch_ * l.level_part : pitch_ + action.look * l.look_rad;
    pitch_ = std::clamp(pitch_, -l.max_pitch_rad, l.max_pitch_rad);
    if (std::abs(pitch_) < 1e-3f) pitch_ = 0.0f;

    if (action.jump > 0.5f && air_ <= 0.0f && !l.steers_like_car) rise_ = l.jump_m;
    const glm::vec2 ahead = heading_vector(yaw_), right(-ahead.y, ahead.x);
    return right * velocity_.x + ahead * velocity_.y;
}

void Ego::settle(glm::vec2 position, bool blocked, float ground_m) {
    position_ = position;
    if (blocked) velocity_ *= 0.3f;
    ground_ = ground_m;
    air_ += rise_;
    rise_ -= limits_.gravity_m;
    if (air_ <= 0.0f) air_ = rise_ = 0.0f;
}

CameraPose Ego::camera() const {
    return CameraPose::from_yaw_pitch({position_.x, feet_m() + limits_.eye_m, position_.y}, yaw_, pitch_);
}

glm::vec2 heading_vector(float yaw) {
    return {std::sin(yaw), -std::cos(yaw)};
}

float yaw_of(glm::vec2 direction) {
    return std::atan2(direction.x, -direction.y);
}

float wrapped(float angle) {
    constexpr float kTurn = glm::two_pi<float>();
    angle = std::fmod(angle, kTurn);
    if (angle > glm::pi<float>()) angle -= kTurn;
    if (angle <= -glm::pi<float>()) angle += kTurn;
    return angle;
}

}  // namespace rv::simulator
