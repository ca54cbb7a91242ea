#include "world_model/condition/plucker.h"

#include "world_model/condition/pinhole.h"

namespace rv::world_model {

torch::Tensor plucker_rays(const CameraPose& pose, const Intrinsics& intrinsics, int h, int w) {
    const Intrinsics k = intrinsics.resized(w, h);
    auto rays = torch::empty({6, h, w});
    auto out = rays.accessor<float, 3>();
    const glm::mat3 rotation = glm::mat3_cast(pose.orientation);
    for (int y = 0; y < h; ++y) {
        for (int x = 0; x < w; ++x) {
            const auto [d, m] = ray_through(rotation, pose.position, k, x, y);
            for (int i = 0; i < 3; ++i) {
                out[i][y][x] = d[i];
                out[i + 3][y][x] = m[i];
            }
        }
    }
    return rays;
}

}  // namespace rv::world_model
