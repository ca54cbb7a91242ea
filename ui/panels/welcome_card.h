#pragma once
/// The first thing that a newcomer sees: five sentences and a button.

#include "ui/explorer_state.h"
#include "ui/theme.h"

namespace rv::ui {

class WelcomeCard {
  public:
    void show() { open_ = true; }
    void close() { open_ = false; }
    [[nodiscard]] bool open() const { return open_; }
    /// The keys to walk with light up while they are pressed: whoever tries them sees that they arrive.
    /// @return whether the person has just closed it.
    bool draw(const ExplorerState& state, const Fonts& fonts);

  private:
    bool open_ = false;
};

}  // namespace rv::ui
