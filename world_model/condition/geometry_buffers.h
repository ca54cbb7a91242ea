#pragma once
/// What DeviceMemory and DeviceCamera own, as the stages of a step see it: addresses on one device. Free of
/// LibTorch, because kernels include it.

#include <cstdint>

#include "engine/core/camera.h"
#include "world_model/condition/landmark.h"
#include "world_model/condition/memory_limits.h"
#include "world_model/condition/rank.h"

namespace rv::world_model {

/// Of a view: the newest frame, then kept ones, oldest last.
inline constexpr int kSources = 1 + kMemoryDrawn;
inline constexpr int kLandmarkWords = (kLandmarks + 31) / 32;
inline constexpr int kAbsent = -2, kNewest = -1;  ///< instead of a slot

/// Where one pixel of a view comes from.
struct Origin {
    int source = kAbsent;  ///< slot
    float u = 0, v = 0, stretch = 0;
};

/// The frame that was generated last; see DeviceFrame.
struct FrameBuffers {
    const float *draft, *inverse_depth, *shown, *pose;
    const int64_t* time;
};

struct MemoryBuffers {
    Intrinsics camera;
    int enlarges;  ///< 0: nothing is kept as shown

    // What is kept. The first `count` slots hold frames, in no order.
    float* draft;          ///< (kMemoryFrames, 3, H, W)
    float* inverse_depth;  ///< (kMemoryFrames, H, W)
    float* shown;          ///< (kMemoryFrames, 3, e H, e W)
    float* pose;           ///< (kMemoryFrames, 7)
    int64_t* time;         ///< (kMemoryFrames)
    Landmark* landmarks;   ///< (kMemoryFrames, kLandmarks)
    int32_t* count;
    int64_t* settled_at;  ///< no frame before this time is kept

    // What a view is made with, and the view.
    uint32_t* cells;   ///< (kMemoryFrames, kLandmarkWords) bits: where in the view a frame shows something
    Rank* best;        ///< (kMemoryDrawn), of the rounds in which frames are chosen
    int32_t* sources;  ///< (kSources) slots
    int64_t* drawn;    ///< (kSources) their times, -1 for those that are absent or the newest
    float* motions;    ///< (kSources, 7): the target seen from each
    float* projected;  ///< (kSources, H, W) metres in the target
    Origin* origins;   ///< (H, W)
    float *frame, *validity, *shown_view;  ///< see DeviceView

    // What decides about a frame that is offered.
    Landmark* offered;    ///< (kLandmarks)
    uint32_t* known;      ///< (kLandmarkWords) bits: of these, what kept frames show
    uint32_t* redundant;  ///< (kMemoryFrames, kLandmarkWords) bits: of a kept frame's, what the others show
    Rank* victim;         ///< of the frame that is let go
    int32_t* place;       ///< slot, or kAbsent
};

/// See DeviceCamera.
struct CameraBuffers {
    Intrinsics grid;  ///< of the rays
    const float* world_up;
    float *pose, *last_motion, *last_code, *up;
    float *target, *motion, *rays;
    int64_t* time;
};

}  // namespace rv::world_model
