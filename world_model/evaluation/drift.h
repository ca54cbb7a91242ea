#pragma once
/// What long rollouts come to: do pictures stay sharp, of the same colours, and in motion?

#include "world_model/evaluation/guess.h"
#include "world_model/evaluation/probe_reading.h"
#include "world_model/evaluation/report.h"

namespace rv::world_model {

/// What a stretch of frames looks like, measured against real frames of the same place, look and inputs.
struct DriftLook {
    double sharpness = 0;            ///< mean of sharpness(), relative to the real frames
    double change = 0;               ///< mean difference of neighbouring frames while moving, likewise
    double contrast = 0;             ///< standard deviation of the brightness, likewise
    double colour_shift_levels = 0;  ///< distance of the mean colour, in steps of 8 bits
    double frechet = 0;              ///< Fréchet distance of the probe's features; NaN without a probe
};

/// Frames [begin, begin + size) of a rollout, and the real frames in their place.
struct DriftWindow {
    int64_t begin = 0, size = 0;
    DriftLook made, real;
    std::vector<double> frame_sharpness;  ///< relative, one a generated frame
};

/// Of the sharpness, relative to the rollout's own first window: being soft is one thing, falling apart
/// another.
inline constexpr double kCollapsedBelow = 0.5, kCollapsedAbove = 2.0;
inline constexpr double kFrozenBelow = 0.25;  ///< of the change

/// @param probe null where there is none
std::vector<DriftWindow> drift_windows(const Guess& guess, Probe* probe, int64_t window);

/// @param name "drift.random"
Report report_drift(const std::vector<DriftWindow>& windows, const std::string& name);
/// Over several kinds of inputs together, as "drift.*".
Report summarise_drift(const std::vector<std::vector<DriftWindow>>& kinds);

}  // namespace rv::world_model
