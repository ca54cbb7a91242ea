#pragma once
/// The prompt in force, and a box to change it while the world runs: Enter applies it to the next frame.

#include "ui/explorer_state.h"
#include "ui/theme.h"

namespace rv::ui {

class PromptPanel {
  public:
    /// Draws into the current ImGui window.
    void draw(const ExplorerState& state, const Fonts& fonts, Intents& intents);
    /// The box takes the keyboard the next time it is drawn.
    void focus() { focus_ = true; }

  private:
    void draw_presets(const ExplorerState& state, const Fonts& fonts, Intents& intents);

    std::string text_;   // as edited
    std::string shown_;  // the prompt that text_ was last set to
    bool focus_ = false;
};

}  // namespace rv::ui
