#include "world_model/dynamics/ego_head.h"

#include <cmath>

#include "world_model/nn/blocks.h"

namespace rv::world_model {

torch::Tensor motion_code(const CameraPose& motion) {
    const glm::quat q = motion.orientation.w < 0 ? -motion.orientation : motion.orientation;
    const glm::vec3 axis(q.x, q.y, q.z);
    const float sine = glm::length(axis);
    const glm::vec3 rotation = sine < 1e-7f ? 2.0f * axis : axis * (2 * std::atan2(sine, q.w) / sine);
    const glm::vec3 t = motion.position / kMotionScaleM, r = rotation / kMotionScaleRad;
    return torch::tensor({t.x, t.y, t.z, r.x, r.y, r.z});
}

CameraPose motion_from_code(const torch::Tensor& code) {
    const auto values = code.to(torch::kCPU, torch::kFloat32).contiguous();
    const float* v = values.data_ptr<float>();
    const glm::vec3 r = glm::vec3(v[3], v[4], v[5]) * kMotionScaleRad;
    const float angle = glm::length(r);
    const glm::quat q = angle < 1e-7f ? glm::quat(1, 0, 0, 0) : glm::angleAxis(angle, r / angle);
    return {glm::vec3(v[0], v[1], v[2]) * kMotionScaleM, q};
}

EgoHeadImpl::EgoHeadImpl(int64_t C, int64_t actions) {
    constexpr int64_t kWidth = 48, kHidden = 128;
    see_->push_back(torch::nn::Conv2d(torch::nn::Conv2dOptions(C, kWidth, 3).stride(2).padding(1)));
    see_->push_back(torch::nn::Functional(torch::silu));
    see_->push_back(torch::nn::Conv2d(torch::nn::Conv2dOptions(kWidth, kWidth, 3).stride(2).padding(1)));
    see_->push_back(torch::nn::Functional(torch::silu));
    // Keeps where things are: an obstacle in the middle blocks, one at the side does not.
    see_->push_back(torch::nn::AdaptiveAvgPool2d(torch::nn::AdaptiveAvgPool2dOptions({2, 4})));
    see_->push_back(torch::nn::Flatten());
    think_->push_back(torch::nn::Linear(kWidth * 8 + actions + 6 + 3, kHidden));
    think_->push_back(torch::nn::SiLU());
    think_->push_back(torch::nn::Linear(kHidden, kHidden));
    think_->push_back(torch::nn::SiLU());
    think_->push_back(torch::nn::Linear(kHidden, 6));
    register_module("see", see_);
    register_module("think", think_);
}

torch::Tensor EgoHeadImpl::forward(const torch::Tensor& latent, const torch::Tensor& action,
                                   const torch::Tensor& last, const torch::Tensor& up) {
    const auto seen = see_->forward(latent);
    return think_->forward(
        torch::cat({seen, action.to(seen.dtype()), last.to(seen.dtype()), up.to(seen.dtype())}, 1));
}

namespace {

// Whoever asks for nothing and is carried nowhere stands: what a network says then is noise, which would add
// up to a slow turn.
bool stands(const Action& action, const CameraPose& motion) {
    constexpr float kStillM = 0.04f, kStillRad = 0.015f;  // a frame
    const float angle = 2 * std::acos(std::min(1.0f, std::abs(motion.orientation.w)));
    return action == Action{} && glm::length(motion.position) < kStillM && angle < kStillRad;
}

}  // namespace

CameraPose EgoHeadImpl::predict(const torch::Tensor& latent, const Action& action, const CameraPose& last,
                                glm::vec3 up) {
    const auto device = latent.device();
    const auto values = action.values();
    const auto code = forward(
        latent.to(parameters().front().scalar_type()),
        torch::tensor(at::ArrayRef<float>(values.data(), values.size())).unsqueeze(0).to(device),
        motion_code(last).unsqueeze(0).to(device), torch::tensor({up.x, up.y, up.z}).unsqueeze(0).to(device));
    const CameraPose motion = motion_from_code(code[0]);
    return stands(action, motion) ? CameraPose{} : motion;
}

}  // namespace rv::world_model
