#pragma once
/// What long rollouts come to: do pictures stay sharp, of the same colours, and in motion?

#include "world_model/evaluation/guess.h"
#include "world_model/evaluation/probe_reading.h"
#include "world_model/evaluation/report.h"

namespace rv::world_model {

/// Frames [begin, begin + size) of a rollout against real frames of the same place, look and inputs.
struct DriftWindow {
    int64_t begin = 0, size = 0;
    double sharpness = 0;                 ///< mean of sharpness(), relative to the real frames
    double change = 0;                    ///< mean difference of neighbouring frames while moving, likewise
    double colour_shift_levels = 0;       ///< distance of the mean colour, in steps of 8 bits
    double contrast = 0;                  ///< standard deviation of the luma, relative
    double frechet = 0;                   ///< Fréchet distance of the probe's features; NaN without a probe
    double real_frechet = 0;              ///< of the real frames of this window from those outside it
    std::vector<double> frame_sharpness;  ///< relative, one a frame
};

inline constexpr double kCollapsedBelow = 0.5, kCollapsedAbove = 2.0;  ///< of the sharpness
inline constexpr double kFrozenBelow = 0.25;                           ///< of the change

/// @param probe null where there is none
std::vector<DriftWindow> drift_windows(const Guess& guess, Probe* probe, int64_t window);

/// @param name "drift.random"
Report report_drift(const std::vector<DriftWindow>& windows, const std::string& name);
/// Over several kinds of inputs together, as "drift.*".
Report summarise_drift(const std::vector<std::vector<DriftWindow>>& kinds);

}  // namespace rv::world_model
