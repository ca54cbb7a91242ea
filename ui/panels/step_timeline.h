#pragma once
/// The newest steps of the world on an axis of time, as a profiler shows them: above the steps, below the
/// stages that each went through, and the gaps in which the model had nothing to do.

#include "ui/explorer_state.h"
#include "ui/theme.h"

namespace rv::ui {

/// Draws into the current ImGui window, over its whole width. Whoever points at a step is told its figures.
/// @param frame_ms what a frame has at the world's own rate; 0: no limit
void draw_step_timeline(std::span<const Performance::Step> steps, float frame_ms, const Fonts& fonts);

}  // namespace rv::ui
