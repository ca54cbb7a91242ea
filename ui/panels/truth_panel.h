#pragma once
/// The simulator beside the world: how near the dream is to it, and back to it.

#include "ui/explorer_state.h"
#include "ui/theme.h"

namespace rv::ui {

class TruthPanel {
  public:
    /// Inside a window.
    void draw(const TruthView& truth, const Fonts& fonts, Intents& intents);
};

}  // namespace rv::ui
