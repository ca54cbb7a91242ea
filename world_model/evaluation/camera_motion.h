#pragma once
/// Does the generated camera move as the world was told, and as it says it did?

#include <span>

#include "world_model/evaluation/guess.h"
#include "world_model/evaluation/probe_reading.h"
#include "world_model/evaluation/report.h"

namespace rv::world_model {

double rotation_deg(const CameraPose& motion);

/// Rotation and translation of the frames, read by the probe, against the pose that the world reports; the
/// Sampson error of matched corners against that pose; how far that pose is from the simulator's.
Report report_camera(std::span<const Guess> guesses, Probe& probe);

/// Turn to the right that a stretch of frames shows, as the probe reads it, radians.
double read_turn_rad(Probe& probe, const torch::Tensor& frames);
/// Of generated turns in place: what the frames show, relative to what the simulator does under the same
/// actions.
Report report_turns(std::span<const Guess> turns, Probe& probe);

}  // namespace rv::world_model
