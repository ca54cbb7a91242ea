#pragma once
/// Every key and what it does, out of the bindings in force.

#include "ui/explorer_state.h"
#include "ui/theme.h"

namespace rv::ui {

class HelpOverlay {
  public:
    void toggle() { open_ = !open_; }
    void close() { open_ = false; }
    [[nodiscard]] bool open() const { return open_; }
    void draw(std::span<const KeyHelp> rows, const Fonts& fonts);

  private:
    bool open_ = false;
};

}  // namespace rv::ui
