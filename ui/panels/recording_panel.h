#pragma once
/// How the session is recorded: kind of file, codec, size, with or without the panels; and the button.

#include <string>

#include "ui/explorer_state.h"
#include "ui/theme.h"

namespace rv::ui {

class RecordingPanel {
  public:
    /// Draws into the current ImGui window.
    void draw(const ExplorerState& state, const Fonts& fonts, Intents& intents);

  private:
    void choose_codec(const RecordingFormat& format, RecordingChoice& choice);

    std::string codec_;  // as edited
    std::string shown_;  // the codec that codec_ was last set to
};

}  // namespace rv::ui
