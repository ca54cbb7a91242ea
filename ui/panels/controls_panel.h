#pragma once
/// Every action with its keys, to be changed by a click and a press; mouse, sticks, and the gamepad.

#include "ui/controls_state.h"
#include "ui/theme.h"

namespace rv::ui {

class ControlsPanel {
  public:
    void toggle() { open_ = !open_; }
    void close() { open_ = false; }
    [[nodiscard]] bool open() const { return open_; }
    /// Draws over the whole window; nothing while closed.
    void draw(const ControlsState& state, const Fonts& fonts, ControlsIntents& intents);

  private:
    bool open_ = false;
};

}  // namespace rv::ui
