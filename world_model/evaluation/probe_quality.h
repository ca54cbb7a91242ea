#pragma once
/// How well a probe reads real frames that it has not seen: what its readings of generated ones are worth.

#include <span>

#include "world_model/evaluation/clip.h"
#include "world_model/evaluation/probe_reading.h"
#include "world_model/evaluation/report.h"

namespace rv::world_model {

Report report_probe(std::span<const Clip> clips, Probe& probe);

}  // namespace rv::world_model
