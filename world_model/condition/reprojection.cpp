#include "world_model/condition/reprojection.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "world_model/condition/reproject_pixel.h"

namespace rv::world_model {
namespace {

// Depth of the scene in the new camera; each old pixel covers the four new pixels around its projection.
std::vector<float> project_depth(const float* code, const CameraPose& motion, const Intrinsics& k) {
    const int W = k.width, H = k.height;
    std::vector<float> projected(static_cast<size_t>(W * H), kUnknownDepth);
    const Rigid ahead = ahead_by(motion);
    for (int y = 0; y < H; ++y) {
        for (int x = 0; x < W; ++x) {
            Splat to;
            if (!splat(k, ahead, x, y, metres_from_inverse_depth(code[y * W + x]), to)) continue;
            for (int j = std::max(to.v, 0); j <= std::min(to.v + 1, H - 1); ++j) {
                for (int i = std::max(to.u, 0); i <= std::min(to.u + 1, W - 1); ++i)
                    projected[j * W + i] = std::min(projected[j * W + i], to.depth_m);
            }
        }
    }
    return projected;
}

// What one picture knows of every new pixel.
class Looked {
  public:
    Looked(const PlacedPicture& picture, const Intrinsics& k)
        : k_(k),
          colours_(picture.frame.to(torch::kFloat32).contiguous()),
          codes_(picture.inverse_depth.to(torch::kFloat32).contiguous()),
          projected_(project_depth(codes_.const_data_ptr<float>(), picture.motion, k)),
          back_(back_by(picture.motion)) {
        TORCH_CHECK(colours_.numel() == 3 * k.width * k.height && codes_.numel() == k.width * k.height,
                    "reproject: picture and intrinsics differ in size");
    }
    [[nodiscard]] Sample at(int x, int y) const {
        const float depth_m = closed_depth(projected_.data(), k_.width, k_.height, x, y);
        return look_up(k_, colours_.const_data_ptr<float>(), codes_.const_data_ptr<float>(), back_, x, y,
                       depth_m);
    }

  private:
    const Intrinsics& k_;
    torch::Tensor colours_, codes_;
    std::vector<float> projected_;
    Rigid back_;
};

// The pictures as they were shown, looked up where the smaller ones were.
class Enlarged {
  public:
    Enlarged(std::span<const PlacedPicture> pictures, const Intrinsics& k) {
        for (const PlacedPicture& picture : pictures) {
            const auto& shown = from_.emplace_back(picture.shown.to(torch::kFloat32).contiguous());
            TORCH_CHECK(shown.size(1) % k.height == 0 && shown.size(1) / k.height == shown.size(2) / k.width,
                        "reproject: what was shown is no multiple of the picture");
        }
        to_ = torch::zeros_like(from_.front());
        H_ = static_cast<int>(to_.size(1));
        W_ = static_cast<int>(to_.size(2));
        scale_ = H_ / k.height;
    }
    void look_up(size_t picture, int x, int y, const Sample& at) {
        const float* from = from_[picture].const_data_ptr<float>();
        float* to = to_.data_ptr<float>();
        for (int j = 0; j < scale_; ++j) {
            for (int i = 0; i < scale_; ++i) {
                const Tap there = tap(scale_, W_, H_, i, j, at.u, at.v, stretch_of(at));
                const int here = (y * scale_ + j) * W_ + x * scale_ + i;
                for (int c = 0; c < 3; ++c) to[c * W_ * H_ + here] = bilinear(from + c * W_ * H_, W_, there);
            }
        }
    }
    [[nodiscard]] const torch::Tensor& picture() const { return to_; }

  private:
    std::vector<torch::Tensor> from_;
    torch::Tensor to_;
    int scale_ = 1, W_ = 0, H_ = 0;  // enlarged
};

}  // namespace

Reprojected reproject(const PlacedPicture& picture, const Intrinsics& k) {
    return reproject({&picture, 1}, k, 1);
}

Reprojected reproject(std::span<const PlacedPicture> pictures, const Intrinsics& k, float sharp_enough) {
    const int W = k.width, H = k.height, N = W * H;
    std::vector<Looked> looked;
    for (const PlacedPicture& picture : pictures) looked.emplace_back(picture, k);
    std::optional<Enlarged> enlarged;
    if (pictures.front().shown.defined()) enlarged.emplace(pictures, k);
    Reprojected result{torch::zeros({3, H, W}), torch::zeros({1, H, W}),
                       torch::full({1, H, W}, kUnknownDepth), torch::full({1, H, W}, kUnknownDepth),
                       enlarged ? enlarged->picture() : torch::Tensor()};
    float* source_out = result.source_depth_m.data_ptr<float>();
    float* depth_out = result.depth_m.data_ptr<float>();
    float* out = result.frame.data_ptr<float>();
    float* valid = result.validity.data_ptr<float>();
    for (int y = 0; y < H; ++y) {
        for (int x = 0; x < W; ++x) {
            size_t from = 0;
            Sample best = looked.front().at(x, y);
            for (size_t other = 1; other < looked.size(); ++other) {
                const Sample sample = looked[other].at(x, y);
                if (!takes_over(best, sample, sharp_enough)) continue;
                best = sample;
                from = other;
            }
            if (!best.known) continue;
            const int i = y * W + x;
            for (int c = 0; c < 3; ++c) out[c * N + i] = best.colour[c];
            valid[i] = 1;
            depth_out[i] = best.depth_m;
            source_out[i] = best.source_depth_m;
            if (enlarged) enlarged->look_up(from, x, y, best);
        }
    }
    return result;
}

}  // namespace rv::world_model
