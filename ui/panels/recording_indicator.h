#pragma once
/// A red pill at the top of the window while the session is recorded: how long, with which encoder, and how
/// many frames were dropped.

#include "ui/explorer_state.h"
#include "ui/theme.h"

namespace rv::ui {

class RecordingIndicator {
  public:
    void draw(const ExplorerState& state, const Fonts& fonts);
};

}  // namespace rv::ui
