#include "world_model/evaluation/clip.h"

#include <cmath>

#include "world_model/frame_tensor.h"

namespace rv::world_model {

torch::Tensor picture(const torch::Tensor& frames, int64_t t) {
    return frames_from_bytes(frames.slice(0, t, t + 1))[0];
}

torch::Tensor bytes_of(const torch::Tensor& frame) {
    return ((frame.cpu() + 1) * 127.5f)
        .round()
        .clamp(0, 255)
        .to(torch::kUInt8)
        .permute({1, 2, 0})
        .contiguous();
}

torch::Tensor quantised(const torch::Tensor& frame) {
    return picture(bytes_of(frame).unsqueeze(0), 0);
}

bool moves(const CameraPose& motion) {
    constexpr double kMovingM = 0.02, kMovingRad = 0.01;
    const double angle = 2 * std::acos(std::min(1.0f, std::abs(motion.orientation.w)));
    return glm::length(motion.position) > kMovingM || angle > kMovingRad;
}

}  // namespace rv::world_model
