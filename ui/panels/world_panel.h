#pragma once
/// Which world, from which starting frame, with which seed.

#include "ui/explorer_state.h"
#include "ui/theme.h"

namespace rv::ui {

class WorldPanel {
  public:
    /// Draws into the current ImGui window.
    void draw(const ExplorerState& state, const Fonts& fonts, Intents& intents);

  private:
    void choose_world(const ExplorerState& state, const Fonts& fonts, Intents& intents);
    void choose_start(const ExplorerState& state, Intents& intents);
    void edit_seed(const ExplorerState& state, Intents& intents);
    void choose_recent(const ExplorerState& state, Intents& intents);

    std::uint64_t edited_seed_ = 0, shown_seed_ = 0;
};

}  // namespace rv::ui
