#pragma once
/// What was seen stays where it was: a bounded cache of sharp frames with depth and pose, drawn into the next
/// camera as a condition of the next frame, instead of the last frame alone being reprojected again and
/// again.

#include <torch/torch.h>

#include <string>
#include <string_view>
#include <vector>

#include "world_model/condition/memory_limits.h"
#include "world_model/condition/reprojection.h"

namespace rv::world_model {

struct PosedFrame {
    torch::Tensor frame;          ///< (3, H, W) float32 in [-1, 1], CPU
    torch::Tensor inverse_depth;  ///< (1, H, W) float32, CPU
    CameraPose pose;
    int64_t time = 0;          ///< frame of the rollout
    torch::Tensor shown = {};  ///< (3, e H, e W) float32 in [-1, 1], CPU: as it was painted; may be undefined
};

/// Some points that a frame shows, spread over it; enough to tell which frames show the same.
struct Landmarks {
    std::vector<glm::vec3> points;  ///< world
    std::vector<float> depths_m;    ///< of each, in the frame's camera
};

/// The newest frame reprojected into `target`, with what the keyframes saw at least about as closely laid
/// over it, oldest last: they went through the fewest generations.
Reprojected draw_memory(const PosedFrame& newest, const std::vector<const PosedFrame*>& keyframes,
                        const CameraPose& target, const Intrinsics& intrinsics);

/// Keeps a frame when the kept ones show too little of its view as closely; when full, lets the frame go of
/// which the others show most (of equals the oldest). Copies share the pictures.
class SpatialMemory {
  public:
    static constexpr size_t kCapacity = kMemoryFrames;
    static constexpr size_t kDrawn = kMemoryDrawn;
    static constexpr int64_t kSettlingFrames = kMemorySettling;

    struct State {
        std::vector<PosedFrame> frames;  ///< oldest first
        std::string prompt;              ///< in force
        int64_t settled_at = 0;          ///< no frame before this time is kept
    };

    /// Call before each frame. Another prompt than the last empties the memory: the place will look
    /// different. @param fading the prompt has not quite arrived: its look goes on changing
    void follow_prompt(std::string_view prompt, int64_t time, bool fading = false);
    /// The kept frames that together show most of what `target` will see, oldest first, at most kDrawn.
    [[nodiscard]] std::vector<const PosedFrame*> choose(const CameraPose& target, const Intrinsics&) const;
    [[nodiscard]] Reprojected view(const PosedFrame& newest, const CameraPose& target,
                                   const Intrinsics& intrinsics) const {
        return draw_memory(newest, choose(target, intrinsics), target, intrinsics);
    }
    void offer(const PosedFrame& frame, const Intrinsics& intrinsics);

    [[nodiscard]] const State& state() const { return state_; }
    void restore(State state, const Intrinsics& intrinsics);

  private:
    void forget_most_redundant(const Intrinsics& intrinsics);

    State state_;
    std::vector<Landmarks> landmarks_;  // one a frame
};

}  // namespace rv::world_model
