#pragma once
/// The prompt in force, and a box to change it while the world runs: Enter applies it, the up and down keys
/// bring earlier ones back. How long a change takes, and how much the prompt counts.

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
    void edit(const ExplorerState& state, Intents& intents);
    /// The text box with the prompt that lies `back` changes behind it, as the arrow keys ask for.
    void browse(ImGuiInputTextCallbackData& data, std::span<const std::string> earlier);

    std::string text_;   // as edited
    std::string shown_;  // the prompt that text_ was last set to
    int browsed_ = -1;   // the earlier prompt that the box shows; -1: none
    bool focus_ = false;
};

}  // namespace rv::ui
