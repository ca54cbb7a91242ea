#include "world_model/evaluation/constant_motion.h"

#include "world_model/condition/reprojection.h"

namespace rv::world_model {

torch::Tensor constant_motion(const Clip& clip, int64_t last, int64_t ahead) {
    const auto i = static_cast<size_t>(last);
    const CameraPose step = last > 0 ? relative(clip.poses[i - 1], clip.poses[i]) : CameraPose{};
    CameraPose motion;
    for (int64_t k = 0; k < ahead; ++k) motion = motion * step;
    const auto frame = picture(clip.frames, last).contiguous();
    const auto depth = clip.inverse_depth[last].to(torch::kFloat32).unsqueeze(0).contiguous();
    const Reprojected seen = reproject({frame, depth, motion}, clip.intrinsics);
    return torch::where(seen.validity > 0.5, seen.frame, frame);
}

}  // namespace rv::world_model
