#pragma once
/// How much work goes into a frame and how it is drawn: sampler steps or the time that they may take,
/// upscaling filter.

#include "ui/explorer_state.h"
#include "ui/theme.h"

namespace rv::ui {

class QualityPanel {
  public:
    /// Draws into the current ImGui window.
    void draw(const ExplorerState& state, const Fonts& fonts, Intents& intents);
};

}  // namespace rv::ui
