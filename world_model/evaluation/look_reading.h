#pragma once
/// Does a new prompt show? A probe reads time of day, weather and season from the frames behind it.

#include <span>

#include "world_model/evaluation/guess.h"
#include "world_model/evaluation/probe_reading.h"
#include "world_model/evaluation/report.h"

namespace rv::world_model {

/// First frame of a clip with another look than the frame before, or its size.
int64_t switch_frame(const Clip& clip);

/// Accuracy 8 and 32 frames after the clip's prompt has changed: the frame that the new prompt steers first
/// is number 1. The guesses begin before the change.
Report report_looks(std::span<const Guess> guesses, Probe& probe);

}  // namespace rv::world_model
