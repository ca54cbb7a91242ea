#include "world_model/picture.h"

#include <stb/stb_image.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <memory>
#include <optional>

#include "engine/core/error.h"
#include "engine/video/video_reader.h"
#include "world_model/frame_tensor.h"

namespace rv::world_model {
namespace {

constexpr const char* kTry = "a PNG, a JPEG or a video";

// (H, W, 3) bytes -> (1, 3, H, W) in [-1, 1]; the bytes may go.
torch::Tensor picture_from(std::uint8_t* rgb, int64_t height, int64_t width) {
    return frames_from_bytes(torch::from_blob(rgb, {1, height, width, 3}, torch::kUInt8)).contiguous();
}

// Any picture at its own size, (1, 3, H, W); empty if it is none.
std::optional<torch::Tensor> read_picture(const std::filesystem::path& file) {
    int w = 0, h = 0, channels = 0;
    const std::unique_ptr<stbi_uc, decltype(&stbi_image_free)> pixels(
        stbi_load(file.c_str(), &w, &h, &channels, 3), stbi_image_free);
    if (!pixels) return std::nullopt;
    return picture_from(pixels.get(), h, w);
}

// The last frames of a video, `frame_rate` of them a second, oldest first, at its own size.
std::vector<torch::Tensor> read_end(const std::filesystem::path& file, double frame_rate, int frames) {
    video::VideoReader reader(file);
    const double own_rate = reader.frame_rate().value();
    const auto stride = std::max<int64_t>(1, std::lround(own_rate / frame_rate));
    const int64_t wanted = stride * (frames - 1) + 1;
    if (reader.frame_count() && *reader.frame_count() > 2 * wanted)
        reader.seek(*reader.frame_count() - 2 * wanted);  // the count may be a little wrong
    std::deque<std::vector<std::uint8_t>> newest;
    for (std::vector<std::uint8_t> rgb(reader.rgb_bytes()); reader.read(rgb);) {
        newest.push_back(rgb);
        if (static_cast<int64_t>(newest.size()) > wanted) newest.pop_front();
    }
    std::vector<torch::Tensor> past;
    for (auto i = static_cast<int64_t>(newest.size()) - 1; i >= 0; i -= stride)
        past.push_back(picture_from(newest[static_cast<size_t>(i)].data(), reader.height(), reader.width()));
    std::ranges::reverse(past);
    return past;
}

// (1, 3, h, w) of any size -> (3, height, width).
torch::Tensor fitted(const torch::Tensor& picture, int height, int width) {
    const auto w = static_cast<double>(picture.size(3)), h = static_cast<double>(picture.size(2));
    const double scale = std::max(width / w, height / h);
    const auto scaled_height = std::max<int64_t>(height, std::lround(scale * h)),
               scaled_width = std::max<int64_t>(width, std::lround(scale * w));
    const auto scaled = at::_upsample_bilinear2d_aa(picture, {scaled_height, scaled_width}, false);
    const int64_t top = (scaled_height - height) / 2, left = (scaled_width - width) / 2;
    return scaled[0].slice(1, top, top + height).slice(2, left, left + width).clamp(-1, 1).contiguous();
}

}  // namespace

torch::Tensor load_picture(const std::filesystem::path& file, int width, int height) {
    const auto picture = read_picture(file);
    if (!picture) throw FileError(file.string(), "is not a picture that can be read", "a PNG or a JPEG");
    if (picture->size(3) != width || picture->size(2) != height) {
        throw FileError(file.string(), "is " + std::to_string(picture->size(3)) + " x " +
                                           std::to_string(picture->size(2)) + " pixels, but the world is " +
                                           std::to_string(width) + " x " + std::to_string(height));
    }
    return (*picture)[0];
}

torch::Tensor load_and_fit(const std::filesystem::path& file, int width, int height) {
    return load_past(file, width, height, 1, 1).back();
}

std::vector<torch::Tensor> load_past(const std::filesystem::path& file, int width, int height,
                                     double frame_rate, int frames) {
    std::vector<torch::Tensor> past;
    if (const auto picture = read_picture(file)) {
        past.push_back(*picture);
    } else {
        try {
            past = read_end(file, frame_rate, frames);
        } catch (const FileError&) {
            throw FileError(file.string(), "is not a picture or a video that can be read", kTry);
        }
        if (past.empty()) throw FileError(file.string(), "is a video without a frame", kTry);
    }
    for (torch::Tensor& picture : past) picture = fitted(picture, height, width);
    return past;
}

}  // namespace rv::world_model
