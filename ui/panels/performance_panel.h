#pragma once
/// Where the time goes: rates, the model's step, the way from the hand to the screen, memory, devices.

#include "ui/explorer_state.h"
#include "ui/theme.h"

namespace rv::ui {

class PerformancePanel {
  public:
    /// Draws into the current ImGui window. @return whether the timings are to be saved.
    bool draw(const Performance& performance, const Fonts& fonts);
};

}  // namespace rv::ui
