#pragma once
/// The keys that steer, drawn over the picture and lit while they are held: for learning, and for recordings.

#include <imgui.h>

#include "ui/explorer_state.h"
#include "ui/theme.h"

namespace rv::ui {

class KeysOverlay {
  public:
    /// Draws over everything but the panels. @param bottom_centre of the whole group, pixels.
    void draw(const ExplorerState& state, const Fonts& fonts, ImVec2 bottom_centre);
};

}  // namespace rv::ui
