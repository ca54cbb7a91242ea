#include "world_model/condition/reprojection.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "world_model/condition/depth.h"

namespace rv::world_model {
namespace {

constexpr float kUnknown = std::numeric_limits<float>::infinity();
constexpr float kNearM = 0.05f;
constexpr float kWidestStretch = 4;  // of an enlarged picture that is left behind
// Relative depth difference below which two points are one surface: far ground falls away that steeply from
// pixel to pixel.
constexpr float kSameSurface = 0.35f;

// Rays and depths: a pixel (u, v) at depth d is ((u - cx) / fx * d, -(v - cy) / fy * d, -d) in its camera.
glm::vec3 unproject(const Intrinsics& k, float u, float v, float depth) {
    return {(u - k.cx) / k.fx * depth, -(v - k.cy) / k.fy * depth, -depth};
}

// Depth of the scene in the new camera; each old pixel covers the four new pixels around its projection.
std::vector<float> project_depth(const std::vector<float>& depth, const CameraPose& motion,
                                 const Intrinsics& k) {
    const int W = k.width, H = k.height;
    std::vector<float> projected(depth.size(), kUnknown);
    const glm::mat3 rotation = glm::mat3_cast(glm::conjugate(motion.orientation));
    for (int y = 0; y < H; ++y) {
        for (int x = 0; x < W; ++x) {
            const glm::vec3 p = rotation * (unproject(k, static_cast<float>(x) + 0.5f,
                                                      static_cast<float>(y) + 0.5f, depth[y * W + x]) -
                                            motion.position);
            const float d = -p.z;
            if (d < kNearM) continue;
            const int u = static_cast<int>(std::floor(k.cx + k.fx * p.x / d - 0.5f));
            const int v = static_cast<int>(std::floor(k.cy - k.fy * p.y / d - 0.5f));
            for (int j = std::max(v, 0); j <= std::min(v + 1, H - 1); ++j) {
                for (int i = std::max(u, 0); i <= std::min(u + 1, W - 1); ++i) {
                    projected[j * W + i] = std::min(projected[j * W + i], d);
                }
            }
        }
    }
    return projected;
}

// Closes cracks: an unknown pixel with known ones on two opposite sides takes the farther of them.
void close_cracks(std::vector<float>& depth, int W, int H) {
    const std::vector<float> before = depth;
    const auto known = [&](int x, int y) {
        return x >= 0 && y >= 0 && x < W && y < H && before[y * W + x] != kUnknown;
    };
    for (int y = 0; y < H; ++y) {
        for (int x = 0; x < W; ++x) {
            if (before[y * W + x] != kUnknown) continue;
            if (known(x - 1, y) && known(x + 1, y)) {
                depth[y * W + x] = std::max(before[y * W + x - 1], before[y * W + x + 1]);
            } else if (known(x, y - 1) && known(x, y + 1)) {
                depth[y * W + x] = std::max(before[(y - 1) * W + x], before[(y + 1) * W + x]);
            }
        }
    }
}

// The enlarged picture behind one pixel of the geometry, bilinear.
struct Enlarged {
    const float* from = nullptr;
    float* to = nullptr;
    int scale = 1, W = 0, H = 0;  // enlarged

    // @param x, y the pixel that is filled  @param u, v where its centre was  @param stretch pixels there for
    // each pixel here
    void look_up(int x, int y, float u, float v, float stretch) const {
        const auto s = static_cast<float>(scale);
        for (int j = 0; j < scale; ++j) {
            const float beside_y = (static_cast<float>(j) + 0.5f) / s - 0.5f;
            const float sv =
                std::clamp((v + beside_y * stretch + 0.5f) * s - 0.5f, 0.0f, static_cast<float>(H - 1));
            const int v0 = std::min(static_cast<int>(sv), H - 2);
            const float fv = sv - static_cast<float>(v0);
            for (int i = 0; i < scale; ++i) {
                const float beside_x = (static_cast<float>(i) + 0.5f) / s - 0.5f;
                const float su =
                    std::clamp((u + beside_x * stretch + 0.5f) * s - 0.5f, 0.0f, static_cast<float>(W - 1));
                const int u0 = std::min(static_cast<int>(su), W - 2);
                const float fu = su - static_cast<float>(u0);
                const float* above = from + static_cast<ptrdiff_t>(v0) * W + u0;
                float* out = to + static_cast<ptrdiff_t>(y * scale + j) * W + x * scale + i;
                for (int c = 0; c < 3; ++c, above += W * H, out += W * H) {
                    const float* below = above + W;
                    *out = (1 - fv) * ((1 - fu) * above[0] + fu * above[1]) +
                           fv * ((1 - fu) * below[0] + fu * below[1]);
                }
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

    std::vector<float> depth(static_cast<size_t>(N));
    for (int i = 0; i < N; ++i) depth[i] = metres_from_inverse_depth(code[i]);
    std::vector<float> projected = project_depth(depth, motion, k);
    close_cracks(projected, W, H);

    Reprojected result{torch::zeros({3, H, W}),
                       torch::zeros({1, H, W}),
                       torch::full({1, H, W}, kUnknown),
                       torch::full({1, H, W}, kUnknown),
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
    const glm::mat3 rotation = glm::mat3_cast(motion.orientation);
    for (int y = 0; y < H; ++y) {
        for (int x = 0; x < W; ++x) {
            const float d = projected[y * W + x];
            if (d == kUnknown) continue;
            const glm::vec3 p =
                rotation * unproject(k, static_cast<float>(x) + 0.5f, static_cast<float>(y) + 0.5f, d) +
                motion.position;
            const float source_depth = -p.z;
            if (source_depth < kNearM) continue;
            const float u = k.cx + k.fx * p.x / source_depth - 0.5f,
                        v = k.cy - k.fy * p.y / source_depth - 0.5f;
            if (u < -0.5f || v < -0.5f || u > static_cast<float>(W) - 0.5f ||
                v > static_cast<float>(H) - 0.5f)
                continue;
            const float cu = std::clamp(u, 0.0f, static_cast<float>(W - 1)),
                        cv = std::clamp(v, 0.0f, static_cast<float>(H - 1));
            const int u0 = std::min(static_cast<int>(cu), W - 2), v0 = std::min(static_cast<int>(cv), H - 2);
            const float fu = cu - static_cast<float>(u0), fv = cv - static_cast<float>(v0);
            float sum[3] = {0, 0, 0}, total = 0;
            for (int j = 0; j < 2; ++j) {
                for (int i = 0; i < 2; ++i) {
                    const int s = (v0 + j) * W + u0 + i;
                    // Neighbours that belong to another surface would bleed over its edge.
                    if (std::abs(depth[s] - source_depth) > kSameSurface * source_depth + 0.02f) continue;
                    const float w = (i ? fu : 1 - fu) * (j ? fv : 1 - fv);
                    for (int c = 0; c < 3; ++c) sum[c] += w * colour[c * N + s];
                    total += w;
                }
            }
            if (total < 0.1f) continue;
            for (int c = 0; c < 3; ++c) out[c * N + y * W + x] = sum[c] / total;
            valid[y * W + x] = 1;
            depth_out[y * W + x] = d;
            source_out[y * W + x] = source_depth;
            if (large.defined()) enlarged.look_up(x, y, u, v, std::min(d / source_depth, kWidestStretch));
        }
    }
    return result;
}

void lay_over(Reprojected& onto, const Reprojected& older, float sharp_enough) {
    constexpr float kAgreement = 0.2f;  // of the depth; decoded depths are rough
    const auto same = (onto.depth_m - older.depth_m).abs() < kAgreement * onto.depth_m;
    const auto sharp = older.source_depth_m <= sharp_enough * onto.source_depth_m;
    const auto far = (onto.depth_m > kFarM) & (older.depth_m > kFarM);
    const auto take = (older.validity > 0) & (far | (same & sharp) | (onto.validity == 0));
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
