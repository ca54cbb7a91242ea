#pragma once
/// Two halves of a step beside each other.

#include "world_model/device_step.h"
#include "world_model/evaluation/device_profile.h"

namespace rv::world_model {

/// The same numbers whenever the same shape is asked for, so that a part of a step can be repeated alone.
Noise repeated_noise();

/// @param painter a step of the same world; both leave their states as they were
OverlapTimes measure_overlap(DeviceStep& mover, DeviceStep& painter, const SamplerSettings& settings,
                             int rounds);

}  // namespace rv::world_model
