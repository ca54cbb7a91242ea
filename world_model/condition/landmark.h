#pragma once
/// Landmarks: some points that a frame shows, spread over it, which tell what frames show in common. For host
/// and device code; see spatial_memory.h for what they are there for.

#include <cmath>
#include <glm/gtc/quaternion.hpp>

#include "world_model/condition/depth.h"
#include "world_model/condition/pinhole.h"

namespace rv::world_model {

inline constexpr int kLandmarkColumns = 16, kLandmarkRows = 9;  ///< in a frame, and of cells in a view
inline constexpr int kLandmarks = kLandmarkColumns * kLandmarkRows;
inline constexpr float kNearestLandmarkM = 0.1f;
inline constexpr float kSameDepth = 0.25f;  ///< relative; decoded depths are rough
inline constexpr float kSharpEnough = 1.5f;
inline constexpr double kEnough = 0.6;  ///< share of a frame that the memory shows already
inline constexpr int kFewestNewCells = 6;

struct Landmark {
    glm::vec3 point;    ///< world
    float depth_m = 0;  ///< in the frame's camera
};
inline constexpr int kLandmarkSize = sizeof(Landmark) / sizeof(float);

/// @param inverse_depth (H, W) of the frame  @param index 0 to kLandmarks - 1, row by row
RV_HOST_DEVICE inline Landmark landmark_of(const float* inverse_depth, const CameraPose& pose,
                                           const Intrinsics& k, int index) {
    const int row = index / kLandmarkColumns, column = index % kLandmarkColumns;
    const int x = (2 * column + 1) * k.width / (2 * kLandmarkColumns),
              y = (2 * row + 1) * k.height / (2 * kLandmarkRows);
    const float depth = metres_from_inverse_depth(inverse_depth[y * k.width + x]);
    const glm::vec3 p = unproject(k, static_cast<float>(x) + 0.5f, static_cast<float>(y) + 0.5f, depth);
    return {pose.position + pose.orientation * p, depth};
}

struct Pixel {
    float u = 0, v = 0, depth_m = 0;
};

/// Where a world point lies in a camera's picture; false if it is outside.
RV_HOST_DEVICE inline bool project(const glm::vec3& point, const CameraPose& camera, const Intrinsics& k,
                                   Pixel& pixel) {
    const glm::vec3 p = glm::conjugate(camera.orientation) * (point - camera.position);
    if (-p.z < kNearestLandmarkM) return false;
    pixel = {k.cx - k.fx * p.x / p.z, k.cy + k.fy * p.y / p.z, -p.z};
    return pixel.u >= 0 && pixel.v >= 0 && pixel.u < static_cast<float>(k.width) &&
           pixel.v < static_cast<float>(k.height);
}

/// The cell of a camera's picture in which a world point lies, row by row; -1 if it is outside.
RV_HOST_DEVICE inline int cell_of(const glm::vec3& point, const CameraPose& camera, const Intrinsics& k) {
    Pixel at;
    if (!project(point, camera, k, at)) return -1;
    const int column = static_cast<int>(at.u) * kLandmarkColumns / k.width,
              row = static_cast<int>(at.v) * kLandmarkRows / k.height;
    return row * kLandmarkColumns + column;
}

/// Whether a frame shows a landmark of another one too, and about as closely.
/// @param inverse_depth (H, W) of the frame
RV_HOST_DEVICE inline bool shows(const float* inverse_depth, const CameraPose& pose, const Landmark& mark,
                                 const Intrinsics& k) {
    Pixel at;
    if (!project(mark.point, pose, k, at)) return false;
    const float there =
        metres_from_inverse_depth(inverse_depth[static_cast<int>(at.v) * k.width + static_cast<int>(at.u)]);
    const bool far = there > kFarM && at.depth_m > kFarM;
    const bool same = std::abs(there - at.depth_m) < kSameDepth * at.depth_m;
    return far || (same && at.depth_m < kSharpEnough * mark.depth_m);
}

/// Whether so many of a frame's landmarks are shown by others that it need not be kept.
RV_HOST_DEVICE inline bool shown_enough(int landmarks) {
    return static_cast<double>(landmarks) >= kEnough * static_cast<double>(kLandmarks);
}

}  // namespace rv::world_model
