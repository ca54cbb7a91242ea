#pragma once
/// A floating panel that keeps its distance to the nearest edge of the window when that is resized, and never
/// leaves it. Where the person moved it is remembered by Dear ImGui's settings file.

#include <imgui.h>

#include "ui/theme.h"

namespace rv::ui {

class PanelWindow {
  public:
    /// @param title     also the name under which its place is remembered.
    /// @param from_right first placed at the right edge instead of the left.
    /// @param width     in 96 dpi pixels.
    PanelWindow(const char* title, bool from_right, float width);

    /// @param reserved_bottom pixels at the bottom of the window that belong to someone else.
    /// @return whether the contents are to be drawn. Call end() either way.
    bool begin(const Fonts& fonts, float reserved_bottom);
    void end();

  private:
    const char* title_;
    bool from_right_;
    float width_;
    int drawn_ = 0;  // frames, up to what matters
    ImVec2 last_display_{0, 0}, last_position_{0, 0}, last_size_{0, 0};
};

}  // namespace rv::ui
