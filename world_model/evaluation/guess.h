#pragma once
/// What a world makes of a true clip: shown its first frames, then given only what steered them.

#include <span>

#include "world_model/evaluation/clip.h"
#include "world_model/world.h"

namespace rv::world_model {

struct GuessPlan {
    int64_t context = 4;         ///< true frames shown
    int64_t horizon = 64;        ///< frames generated, fewer where the clip ends
    int64_t least_horizon = 16;  ///< no start with fewer than these (or than the horizon) left
    int64_t stride = 24;         ///< frames between starts
    bool true_poses = false;     ///< steer by the true camera poses; otherwise by the actions alone
    int sampler_steps = 0;       ///< 0: the world's own
    uint64_t seed = 1;
};

struct Guess {
    const Clip* truth = nullptr;
    int64_t episode = 0;            ///< which of the clips
    int64_t first = 0;              ///< frames[k] stands for the truth's frame first + k
    torch::Tensor frames;           ///< (K, H, W, 3) uint8, as a person sees them
    std::vector<CameraPose> poses;  ///< K: where the world believes its camera, in the truth's coordinates

    [[nodiscard]] int64_t size() const { return frames.size(0); }
};

/// Shows truth frames [start, start + context) and generates what follows. The action, pose and prompt of
/// truth frame t steer the generation of frame t.
Guess continue_clip(World& world, const Clip& clip, int64_t start, const GuessPlan& plan);

/// From every stride-th frame of every clip. @param label names the work in the progress bar
std::vector<Guess> continue_clips(World& world, std::span<const Clip> clips, const GuessPlan& plan,
                                  const std::string& label);

}  // namespace rv::world_model
