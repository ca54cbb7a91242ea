#pragma once
/// A few sharp frames with depth and pose, from which the next view is drawn: what was seen once stays as it
/// was, instead of being reprojected again and again.

#include <torch/torch.h>

#include <array>
#include <string>
#include <vector>

#include "world_model/condition/reprojection.h"

namespace rv::world_model {

struct PosedFrame {
    torch::Tensor frame;          ///< (3, H, W) float32 in [-1, 1], CPU
    torch::Tensor inverse_depth;  ///< (1, H, W) float32, CPU
    CameraPose pose;
};

class FrameMemory {
  public:
    static constexpr size_t kFrames = 3;  ///< kept at most; the oldest goes first

    /// The newest frame reprojected into `target`, with older and sharper views of the same surfaces laid
    /// over it.
    [[nodiscard]] Reprojected view(const PosedFrame& newest, const CameraPose& target,
                                   const Intrinsics& intrinsics) const;
    /// Keeps a frame if the kept ones show too little of its view.
    void offer(const PosedFrame& frame, const Intrinsics& intrinsics);
    /// Forgets everything: the place looks different now.
    void clear() { kept_.clear(); }

    [[nodiscard]] const std::vector<PosedFrame>& frames() const { return kept_; }
    void restore(std::vector<PosedFrame> frames) { kept_ = std::move(frames); }

  private:
    std::vector<PosedFrame> kept_;  // oldest first
};

}  // namespace rv::world_model
