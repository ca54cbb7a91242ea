#include "world_model/condition/frame_memory.h"

namespace rv::world_model {
namespace {

constexpr double kEnough = 0.6;  // share of a view that the memory should know

}  // namespace

Reprojected FrameMemory::view(const PosedFrame& newest, const CameraPose& target,
                              const Intrinsics& intrinsics) const {
    Reprojected view =
        reproject(newest.frame, newest.inverse_depth, relative(newest.pose, target), intrinsics);
    for (auto kept = kept_.rbegin(); kept != kept_.rend(); ++kept) {
        lay_over(view, reproject(kept->frame, kept->inverse_depth, relative(kept->pose, target), intrinsics));
    }
    return view;
}

void FrameMemory::offer(const PosedFrame& frame, const Intrinsics& intrinsics) {
    auto known = torch::zeros({1, intrinsics.height, intrinsics.width});
    for (const PosedFrame& kept : kept_) {
        known = torch::maximum(
            known,
            reproject(kept.frame, kept.inverse_depth, relative(kept.pose, frame.pose), intrinsics).validity);
    }
    if (known.mean().item<double>() >= kEnough) return;
    if (kept_.size() == kFrames) kept_.erase(kept_.begin());
    kept_.push_back(frame);
}

}  // namespace rv::world_model
