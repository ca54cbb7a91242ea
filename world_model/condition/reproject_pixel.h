#pragma once
/// Reprojection pixel by pixel, for host and device code; see reprojection.h for what it is.

#include <cmath>
#include <glm/common.hpp>
#include <limits>

#include "world_model/condition/depth.h"
#include "world_model/condition/pinhole.h"

namespace rv::world_model {

inline constexpr float kUnknownDepth = std::numeric_limits<float>::infinity();
inline constexpr float kNearestPixelM = 0.05f;
inline constexpr float kWidestStretch = 4;  ///< of an enlarged picture that is left behind
/// Relative depth difference below which two points are one surface: far ground falls away that steeply from
/// pixel to pixel.
inline constexpr float kSameSurface = 0.35f;
inline constexpr float kAgreement = 0.2f;  ///< of two views' depths, relative; decoded depths are rough

/// A motion as what is done to points.
struct Rigid {
    glm::mat3 rotation;
    glm::vec3 position;
};
/// From the new camera's axes to the old one's.
RV_HOST_DEVICE inline Rigid back_by(const CameraPose& motion) {
    return {glm::mat3_cast(motion.orientation), motion.position};
}
/// The rotation from the old camera's axes to the new one's, and where the new one is in the old.
RV_HOST_DEVICE inline Rigid ahead_by(const CameraPose& motion) {
    return {glm::mat3_cast(glm::conjugate(motion.orientation)), motion.position};
}

/// The four new pixels, from (u, v) on, that an old pixel covers.
struct Splat {
    int u = 0, v = 0;
    float depth_m = 0;
};
/// Where old pixel (x, y) goes; false if it is behind the new camera. @param ahead see ahead_by()
RV_HOST_DEVICE inline bool splat(const Intrinsics& k, const Rigid& ahead, int x, int y, float depth_m,
                                 Splat& to) {
    const glm::vec3 p =
        ahead.rotation *
        (unproject(k, static_cast<float>(x) + 0.5f, static_cast<float>(y) + 0.5f, depth_m) - ahead.position);
    const float d = -p.z;
    if (!(d >= kNearestPixelM)) return false;  // also a pose that is not a number
    to = {static_cast<int>(std::floor(k.cx + k.fx * p.x / d - 0.5f)),
          static_cast<int>(std::floor(k.cy - k.fy * p.y / d - 0.5f)), d};
    return true;
}

/// Closes cracks: the depth of a pixel, or, of an unknown one with known ones on two opposite sides, the
/// farther of them. @param depth (H, W) metres, row by row
RV_HOST_DEVICE inline float closed_depth(const float* depth, int W, int H, int x, int y) {
    const float* at = depth + y * W + x;
    if (*at != kUnknownDepth) return *at;
    if (x > 0 && x + 1 < W && at[-1] != kUnknownDepth && at[1] != kUnknownDepth)
        return glm::max(at[-1], at[1]);
    if (y > 0 && y + 1 < H && at[-W] != kUnknownDepth && at[W] != kUnknownDepth)
        return glm::max(at[-W], at[W]);
    return kUnknownDepth;
}

/// What is known of one new pixel's surface.
struct Surface {
    bool known = false;
    float depth_m = kUnknownDepth, source_depth_m = kUnknownDepth;  ///< in the new camera, and in the old
};
/// What one old picture says of one new pixel.
struct Sample : Surface {
    float colour[3] = {0, 0, 0};
    float u = 0, v = 0;  ///< where it was, in pixels from the first one's centre
};

/// Blends the four old pixels around (u, v) that belong to the surface; false if hardly any does.
/// @param colour (3, H, W)  @param inverse_depth (H, W)
RV_HOST_DEVICE inline bool blend(const Intrinsics& k, const float* colour, const float* inverse_depth,
                                 Sample& at) {
    const int W = k.width, H = k.height, N = W * H;
    const float cu = glm::clamp(at.u, 0.0f, static_cast<float>(W - 1)),
                cv = glm::clamp(at.v, 0.0f, static_cast<float>(H - 1));
    const int u0 = glm::min(static_cast<int>(cu), W - 2), v0 = glm::min(static_cast<int>(cv), H - 2);
    const float fu = cu - static_cast<float>(u0), fv = cv - static_cast<float>(v0);
    float sum[3] = {0, 0, 0}, total = 0;
    for (int j = 0; j < 2; ++j) {
        for (int i = 0; i < 2; ++i) {
            const int s = (v0 + j) * W + u0 + i;
            // Neighbours that belong to another surface would bleed over its edge.
            const float apart = std::abs(metres_from_inverse_depth(inverse_depth[s]) - at.source_depth_m);
            if (apart > kSameSurface * at.source_depth_m + 0.02f) continue;
            const float w = (i ? fu : 1 - fu) * (j ? fv : 1 - fv);
            for (int c = 0; c < 3; ++c) sum[c] += w * colour[c * N + s];
            total += w;
        }
    }
    if (total < 0.1f) return false;
    for (int c = 0; c < 3; ++c) at.colour[c] = sum[c] / total;
    return true;
}

/// Looks new pixel (x, y) up in an old picture. @param back see back_by()  @param depth_m of the new pixel
RV_HOST_DEVICE inline Sample look_up(const Intrinsics& k, const float* colour, const float* inverse_depth,
                                     const Rigid& back, int x, int y, float depth_m) {
    Sample at;
    if (depth_m == kUnknownDepth) return at;
    const glm::vec3 p =
        back.rotation * unproject(k, static_cast<float>(x) + 0.5f, static_cast<float>(y) + 0.5f, depth_m) +
        back.position;
    const float source_depth = -p.z;
    if (source_depth < kNearestPixelM) return at;
    at.u = k.cx + k.fx * p.x / source_depth - 0.5f;
    at.v = k.cy - k.fy * p.y / source_depth - 0.5f;
    if (at.u < -0.5f || at.v < -0.5f || at.u > static_cast<float>(k.width) - 0.5f ||
        at.v > static_cast<float>(k.height) - 0.5f)
        return at;
    at.source_depth_m = source_depth;
    at.known = blend(k, colour, inverse_depth, at);
    if (at.known)
        at.depth_m = depth_m;
    else
        at.source_depth_m = kUnknownDepth;
    return at;
}

/// Whether what an older frame shows of a pixel is laid over what is there; see reproject().
RV_HOST_DEVICE inline bool takes_over(const Surface& onto, const Surface& older, float sharp_enough) {
    if (!older.known || !onto.known) return older.known;
    if (onto.depth_m > kFarM && older.depth_m > kFarM) return true;
    const bool same = std::abs(onto.depth_m - older.depth_m) < kAgreement * onto.depth_m;
    return same && older.source_depth_m <= sharp_enough * onto.source_depth_m;
}

/// Pixels of the old picture for each of the new one, where that is not too many.
RV_HOST_DEVICE inline float stretch_of(const Sample& at) {
    return glm::min(at.depth_m / at.source_depth_m, kWidestStretch);
}

/// Where one pixel of an enlarged picture was.
struct Tap {
    int u0 = 0, v0 = 0;
    float fu = 0, fv = 0;
};
/// @param scale pixels a side for each of the geometry's  @param W, H enlarged  @param i, j of the scale²
/// pixels behind one pixel of the geometry  @param u, v, stretch that one's
RV_HOST_DEVICE inline Tap tap(int scale, int W, int H, int i, int j, float u, float v, float stretch) {
    const auto s = static_cast<float>(scale);
    const float beside_x = (static_cast<float>(i) + 0.5f) / s - 0.5f,
                beside_y = (static_cast<float>(j) + 0.5f) / s - 0.5f;
    const float su = glm::clamp((u + beside_x * stretch + 0.5f) * s - 0.5f, 0.0f, static_cast<float>(W - 1));
    const float sv = glm::clamp((v + beside_y * stretch + 0.5f) * s - 0.5f, 0.0f, static_cast<float>(H - 1));
    const int u0 = glm::min(static_cast<int>(su), W - 2), v0 = glm::min(static_cast<int>(sv), H - 2);
    return {u0, v0, su - static_cast<float>(u0), sv - static_cast<float>(v0)};
}
/// @param plane (H, W), one channel
RV_HOST_DEVICE inline float bilinear(const float* plane, int W, const Tap& at) {
    const float* above = plane + at.v0 * W + at.u0;
    const float* below = above + W;
    return (1 - at.fv) * ((1 - at.fu) * above[0] + at.fu * above[1]) +
           at.fv * ((1 - at.fu) * below[0] + at.fu * below[1]);
}

}  // namespace rv::world_model
