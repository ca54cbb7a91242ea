#pragma once
/// The camera's path over the picture: a ribbon through the world, and a small frustum for every key.

#include "ui/explorer_state.h"
#include "ui/theme.h"

namespace rv::ui {

class CameraPathOverlay {
  public:
    /// Draws over the picture, behind the panels.
    void draw(const ExplorerState& state, const Fonts& fonts);
};

}  // namespace rv::ui
