#pragma once
/// A probe asked about stretches of frames, (T, H, W, 3) uint8 of any size.

#include "world_model/evaluation/probe.h"

namespace rv::world_model {

struct MotionReading {
    torch::Tensor codes;    ///< (T - 1, 6): row i is the camera's motion from frame i to i + 1
    torch::Tensor actions;  ///< (T - 1, axes) int64: classes of the action that led to frame i + 1
};

MotionReading read_motion(Probe& probe, const torch::Tensor& frames);
/// (T, attributes) int64: indices into ProbeConfig::values.
torch::Tensor read_looks(Probe& probe, const torch::Tensor& frames);
/// (T, kLookFeatures) float32.
torch::Tensor read_features(Probe& probe, const torch::Tensor& frames);

}  // namespace rv::world_model
