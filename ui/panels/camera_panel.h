#pragma once
/// The camera: where it is, whether it flies, the keys of its path, and the film of that.

#include <string>

#include "ui/explorer_state.h"
#include "ui/theme.h"

namespace rv::ui {

class CameraPanel {
  public:
    /// Draws into the current ImGui window.
    void draw(const ExplorerState& state, const Fonts& fonts, Intents& intents);

  private:
    void exchange_files(const CameraState& camera, CameraIntents& intents);

    std::string file_ = "recordings/camera_path.json";
};

}  // namespace rv::ui
