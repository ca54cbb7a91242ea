#include "world_model/dynamics/ego_head.h"

#include "world_model/nn/blocks.h"

namespace rv::world_model {

torch::Tensor motion_code(const CameraPose& motion) {
    const auto [t, r] = code_of(motion);
    return torch::tensor({t.x, t.y, t.z, r.x, r.y, r.z});
}

CameraPose motion_from_code(const torch::Tensor& code) {
    const auto values = code.to(torch::kCPU, torch::kFloat32).contiguous();
    const float* v = values.data_ptr<float>();
    return motion_of({{v[0], v[1], v[2]}, {v[3], v[4], v[5]}});
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

CameraPose EgoHeadImpl::predict(const torch::Tensor& latent, const Action& action, const CameraPose& last,
                                glm::vec3 up) {
    const auto device = latent.device();
    const auto values = action.values();
    const auto code = forward(
        latent.to(parameters().front().scalar_type()),
        torch::tensor(at::ArrayRef<float>(values.data(), values.size())).unsqueeze(0).to(device),
        motion_code(last).unsqueeze(0).to(device), torch::tensor({up.x, up.y, up.z}).unsqueeze(0).to(device));
    const CameraPose motion = motion_from_code(code[0]);
    return action == Action{} && stands(motion) ? CameraPose{} : motion;
}

}  // namespace rv::world_model
