#include "interop/frame_tensor.h"

#include <ATen/core/Tensor.h>

#include "engine/core/error.h"

namespace rv::interop {
namespace {

std::uint8_t to_byte(float value) {
    const float scaled = value * 127.5f + 128.0f;
    if (!(scaled > 0.0f)) return 0;  // also NaN
    return scaled >= 255.0f ? 255 : static_cast<std::uint8_t>(scaled);
}

}  // namespace

void write_rgba8(const at::Tensor& frame, std::span<std::uint8_t> rgba) {
    const at::Tensor planar = frame.dim() == 4 ? frame.squeeze(0) : frame;  // (3, H, W)
    RV_ASSERT(planar.dim() == 3 && planar.size(0) == 3, "a frame has the shape (3, H, W)");
    const auto pixels = static_cast<std::size_t>(planar.size(1) * planar.size(2));
    RV_ASSERT(rgba.size() == pixels * 4, "the destination must hold exactly one RGBA8 frame");

    const at::Tensor host = planar.to(at::kCPU, at::kFloat).contiguous();
    const float* red = host.const_data_ptr<float>();
    const float* green = red + pixels;
    const float* blue = green + pixels;
    std::uint8_t* out = rgba.data();
    for (std::size_t i = 0; i < pixels; ++i, out += 4) {
        out[0] = to_byte(red[i]);
        out[1] = to_byte(green[i]);
        out[2] = to_byte(blue[i]);
        out[3] = 255;
    }
}

at::Tensor frame_from_rgba8(const at::Tensor& rgba, at::ScalarType type) {
    RV_ASSERT(rgba.dim() == 3 && rgba.size(2) == 4 && rgba.scalar_type() == at::kByte,
              "a picture has the shape (H, W, 4) of bytes");
    return rgba.narrow(2, 0, 3).permute({2, 0, 1}).to(at::kFloat).div(127.5).sub(1).to(type).contiguous();
}

}  // namespace rv::interop
