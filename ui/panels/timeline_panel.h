#pragma once
/// The session's past above the status bar: a lane a branch, to be dragged along; marks; and a list of the
/// branches, where they are named and put beside each other.

#include <imgui.h>

#include "ui/explorer_state.h"
#include "ui/theme.h"

namespace rv::ui {

class TimelinePanel {
  public:
    /// Of the strip that draw() will take, pixels. 0 while there is no past.
    [[nodiscard]] float height(const Timeline& timeline) const;
    /// @param bottom_left of the strip, over the whole width of the window.
    void draw(const ExplorerState& state, const Fonts& fonts, ImVec2 bottom_left, TimelineIntents& intents);

  private:
    struct Lanes;
    void draw_lanes(const Timeline& timeline, const Lanes& lanes) const;
    void drag(const Timeline& timeline, const Lanes& lanes, TimelineIntents& intents);
    void draw_branches(const Timeline& timeline, double frame_rate, TimelineIntents& intents);

    std::optional<TimelinePoint> dragged_to_;  // while the button is down
};

}  // namespace rv::ui
