#pragma once
/// A walk through an endless field of walls, with true depths: for tests of what remembers places.

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <glm/common.hpp>
#include <limits>
#include <utility>

#include "engine/core/camera.h"
#include "world_model/condition/depth.h"
#include "world_model/condition/pinhole.h"
#include "world_model/condition/spatial_memory.h"

namespace rv::tests {

inline const Intrinsics kWalledCamera = Intrinsics::from_vertical_fov(48, 27, 1.0f);
inline constexpr int kWalledEnlarges = 2;

/// A deterministic share of 1 for any cell. @param salt for several of them
inline float share_of(int x, int z, int salt) {
    auto h = static_cast<uint32_t>(x) * 73856093u ^ static_cast<uint32_t>(z) * 19349663u ^
             static_cast<uint32_t>(salt) * 83492791u;
    h = (h ^ (h >> 13)) * 1274126177u;
    return static_cast<float>((h ^ (h >> 16)) & 0xffff) / 65536.0f;
}

/// How far along a ray something stands, in lengths of `direction`; at most 1000: the sky.
/// Walls fill a sixth of the cells, of 2 m; the eye is 1.2 m above the ground.
inline float distance_along(const glm::vec3& from, const glm::vec3& direction) {
    constexpr float kCellM = 2, kEyeM = 1.2f, kFarthest = 1000;
    constexpr int kCellsAhead = 32;
    const float ground = direction.y < 0 ? -(from.y + kEyeM) / direction.y : kFarthest;
    glm::ivec3 cell(glm::floor(from / kCellM));
    for (int i = 0; i < kCellsAhead; ++i) {
        const auto to_side = [&](int axis) {
            const float side = static_cast<float>(cell[axis] + (direction[axis] > 0)) * kCellM;
            return direction[axis] == 0 ? std::numeric_limits<float>::infinity()
                                        : (side - from[axis]) / direction[axis];
        };
        const int axis = to_side(0) < to_side(2) ? 0 : 2;
        const float distance = to_side(axis);
        if (distance > ground) break;
        cell[axis] += direction[axis] > 0 ? 1 : -1;
        if (share_of(cell.x, cell.z, 0) < 1.0f / 6) return distance;
    }
    return std::clamp(ground, 0.0f, kFarthest);
}

/// What a camera sees there. @return (3, H, W) in [-1, 1], and its depths in metres, (1, H, W)
inline std::pair<torch::Tensor, torch::Tensor> look_around(const CameraPose& pose, const Intrinsics& k) {
    torch::Tensor picture = torch::empty({3, k.height, k.width}),
                  depth = torch::empty({1, k.height, k.width});
    auto colours = picture.accessor<float, 3>();
    auto depths = depth.accessor<float, 3>();
    for (int y = 0; y < k.height; ++y) {
        for (int x = 0; x < k.width; ++x) {
            const glm::vec3 ray =
                world_model::unproject(k, static_cast<float>(x) + 0.5f, static_cast<float>(y) + 0.5f, 1);
            const glm::vec3 direction = pose.orientation * ray;
            const float metres = distance_along(pose.position, direction);
            const glm::vec3 hit = pose.position + metres * direction;
            depths[0][y][x] = metres;
            for (int c = 0; c < 3; ++c)
                colours[c][y][x] = std::sin(hit.x * static_cast<float>(c + 1) + hit.z + 2 * hit.y);
        }
    }
    return {picture, depth};
}

/// One frame of such a walk. @param shown also at kWalledEnlarges times the size
inline world_model::PosedFrame walled_frame(const CameraPose& pose, int64_t time, bool shown = true) {
    const Intrinsics& k = kWalledCamera;
    const auto [picture, depth] = look_around(pose, k);
    const torch::Tensor code = 2 * world_model::kDepthScaleM / (world_model::kDepthScaleM + depth) - 1;
    const auto large = [&] {
        return look_around(pose, k.resized(kWalledEnlarges * k.width, kWalledEnlarges * k.height)).first;
    };
    return {picture, code, pose, time, shown ? large() : torch::Tensor()};
}

/// The next pose of somebody who walks on, looks about, and turns now and then. @param time of the frame to
/// come
inline CameraPose walked_on(const CameraPose& pose, int64_t time) {
    const auto at = [&](int salt) { return share_of(static_cast<int>(time / 12), 0, salt) - 0.5f; };
    const float turn = at(1) > 0.2f ? at(2) * 0.8f : at(2) * 0.1f, nod = at(3) * 0.02f;
    const CameraPose motion{
        {0.1f * at(4), 0, -0.5f * (at(5) + 0.5f)},
        glm::angleAxis(turn, glm::vec3(0, 1, 0)) * glm::angleAxis(nod, glm::vec3(1, 0, 0))};
    return pose * motion;
}

}  // namespace rv::tests
