#include "world_model/condition/reprojection.h"

#include <algorithm>
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

// The enlarged picture behind one pixel of the geometry.
struct Enlarged {
    const float* from = nullptr;
    float* to = nullptr;
    int scale = 1, W = 0, H = 0;  // enlarged

    void look_up(int x, int y, const Sample& at) const {
        for (int j = 0; j < scale; ++j) {
            for (int i = 0; i < scale; ++i) {
                const Tap there = tap(scale, W, H, i, j, at.u, at.v, stretch_of(at));
                const int here = (y * scale + j) * W + x * scale + i;
                for (int c = 0; c < 3; ++c) to[c * W * H + here] = bilinear(from + c * W * H, W, there);
            }
        }
    }
};

}  // namespace

Reprojected reproject(const torch::Tensor& frame, const torch::Tensor& inverse_depth,
                      const CameraPose& motion, const Intrinsics& k, const torch::Tensor& shown) {
    const int W = k.width, H = k.height, N = W * H;
    TORCH_CHECK(frame.numel() == 3 * N && inverse_depth.numel() == N,
                "reproject: picture and intrinsics differ in size");
    TORCH_CHECK(!shown.defined() || (shown.size(1) % H == 0 && shown.size(1) / H == shown.size(2) / W),
                "reproject: what was shown is no multiple of the picture");
    const auto colours = frame.to(torch::kFloat32).contiguous();
    const auto codes = inverse_depth.to(torch::kFloat32).contiguous();
    const float* colour = colours.data_ptr<float>();
    const float* code = codes.data_ptr<float>();

    const std::vector<float> projected = project_depth(code, motion, k);
    Reprojected result{torch::zeros({3, H, W}),
                       torch::zeros({1, H, W}),
                       torch::full({1, H, W}, kUnknownDepth),
                       torch::full({1, H, W}, kUnknownDepth),
                       {}};
    torch::Tensor large;
    Enlarged enlarged;
    if (shown.defined()) {
        large = shown.to(torch::kFloat32).contiguous();
        result.shown = torch::zeros_like(large);
        enlarged = {large.data_ptr<float>(), result.shown.data_ptr<float>(),
                    static_cast<int>(large.size(1)) / H, static_cast<int>(large.size(2)),
                    static_cast<int>(large.size(1))};
    }
    float* source_out = result.source_depth_m.data_ptr<float>();
    float* depth_out = result.depth_m.data_ptr<float>();
    float* out = result.frame.data_ptr<float>();
    float* valid = result.validity.data_ptr<float>();
    const Rigid back = back_by(motion);
    for (int y = 0; y < H; ++y) {
        for (int x = 0; x < W; ++x) {
            const float d = closed_depth(projected.data(), W, H, x, y);
            const Sample at = look_up(k, colour, code, back, x, y, d);
            if (!at.known) continue;
            const int i = y * W + x;
            for (int c = 0; c < 3; ++c) out[c * N + i] = at.colour[c];
            valid[i] = 1;
            depth_out[i] = at.depth_m;
            source_out[i] = at.source_depth_m;
            if (large.defined()) enlarged.look_up(x, y, at);
        }
    }
    return result;
}

namespace {

struct Surfaces {
    explicit Surfaces(const Reprojected& of)
        : validity(of.validity.const_data_ptr<float>()),
          depth_m(of.depth_m.const_data_ptr<float>()),
          source_depth_m(of.source_depth_m.const_data_ptr<float>()) {}
    Surface operator[](int64_t i) const { return {validity[i] > 0, depth_m[i], source_depth_m[i]}; }

    const float *validity, *depth_m, *source_depth_m;
};

// (1, H, W) bool
torch::Tensor taken(const Surfaces& onto, const Surfaces& older, at::IntArrayRef size, float sharp_enough) {
    torch::Tensor take = torch::empty(size, torch::kBool);
    bool* out = take.data_ptr<bool>();
    for (int64_t i = 0; i < take.numel(); ++i) out[i] = takes_over(onto[i], older[i], sharp_enough);
    return take;
}

}  // namespace

void lay_over(Reprojected& onto, const Reprojected& older, float sharp_enough) {
    const torch::Tensor take = taken(Surfaces(onto), Surfaces(older), onto.validity.sizes(), sharp_enough);
    onto.frame = torch::where(take, older.frame, onto.frame);
    if (onto.shown.defined() && older.shown.defined()) {
        const int64_t scale = onto.shown.size(1) / onto.frame.size(1);
        const auto each = take.repeat_interleave(scale, 1).repeat_interleave(scale, 2);
        onto.shown = torch::where(each, older.shown, onto.shown);
    }
    onto.depth_m = torch::where(take, older.depth_m, onto.depth_m);
    onto.source_depth_m = torch::where(take, older.source_depth_m, onto.source_depth_m);
    onto.validity = torch::where(take, older.validity, onto.validity);
}

}  // namespace rv::world_model
