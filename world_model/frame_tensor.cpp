#include "world_model/frame_tensor.h"

#include <algorithm>

namespace rv::world_model {

void write_rgba(const torch::Tensor& frame, std::span<std::uint8_t> rgba) {
    const auto planes = frame.to(torch::kCPU, torch::kFloat32).contiguous();
    const int64_t pixels = planes.size(1) * planes.size(2);
    TORCH_CHECK(static_cast<int64_t>(rgba.size()) == pixels * 4, "write_rgba: the target has another size");
    const float* p = planes.data_ptr<float>();
    for (int64_t i = 0; i < pixels; ++i) {
        for (int64_t c = 0; c < 3; ++c) {
            rgba[i * 4 + c] =
                static_cast<std::uint8_t>(std::clamp((p[c * pixels + i] + 1) * 127.5f + 0.5f, 0.0f, 255.0f));
        }
        rgba[i * 4 + 3] = 255;
    }
}

}  // namespace rv::world_model
