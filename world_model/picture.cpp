#include "world_model/picture.h"

#include <stb/stb_image.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "engine/core/error.h"
#include "world_model/frame_tensor.h"

namespace rv::world_model {
namespace {

// Any picture at its own size: (1, 3, H, W) in [-1, 1].
torch::Tensor read_picture(const std::filesystem::path& file) {
    int w = 0, h = 0, channels = 0;
    const std::unique_ptr<stbi_uc, decltype(&stbi_image_free)> pixels(
        stbi_load(file.c_str(), &w, &h, &channels, 3), stbi_image_free);
    if (!pixels) throw FileError(file.string(), "is not a picture that can be read", "a PNG or a JPEG");
    return frames_from_bytes(torch::from_blob(pixels.get(), {1, h, w, 3}, torch::kUInt8)).contiguous();
}

}  // namespace

torch::Tensor load_picture(const std::filesystem::path& file, int width, int height) {
    const auto picture = read_picture(file);
    if (picture.size(3) != width || picture.size(2) != height) {
        throw FileError(file.string(), "is " + std::to_string(picture.size(3)) + " x " +
                                           std::to_string(picture.size(2)) + " pixels, but the world is " +
                                           std::to_string(width) + " x " + std::to_string(height));
    }
    return picture[0];
}

torch::Tensor load_and_fit(const std::filesystem::path& file, int width, int height) {
    const auto picture = read_picture(file);
    const auto w = static_cast<double>(picture.size(3)), h = static_cast<double>(picture.size(2));
    const double scale = std::max(width / w, height / h);
    const auto scaled_height = std::max<int64_t>(height, std::lround(scale * h)),
               scaled_width = std::max<int64_t>(width, std::lround(scale * w));
    const auto scaled = at::_upsample_bilinear2d_aa(picture, {scaled_height, scaled_width}, false);
    const int64_t top = (scaled_height - height) / 2, left = (scaled_width - width) / 2;
    return scaled[0].slice(1, top, top + height).slice(2, left, left + width).clamp(-1, 1).contiguous();
}

}  // namespace rv::world_model
