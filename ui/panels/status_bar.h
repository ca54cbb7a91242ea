#pragma once
/// The bar at the bottom: pause, step, restart, record, and what is going on.

#include "ui/explorer_state.h"
#include "ui/theme.h"

namespace rv::ui {

class StatusBar {
  public:
    /// Height in pixels.
    static float height();
    /// @return whether help was asked for.
    bool draw(const ExplorerState& state, const Fonts& fonts, Intents& intents);

  private:
    void draw_controls(const ExplorerState& state, Intents& intents);
};

}  // namespace rv::ui
