#pragma once
/// The camera path of the window: what the person asks for by key or panel, carried out on it, and what the
/// panel and the picture show of it. Window thread.

#include <functional>
#include <string>
#include <vector>

#include "engine/app/camera_path.h"
#include "engine/app/control.h"
#include "engine/app/generation_thread.h"
#include "ui/camera_state.h"
#include "ui/panels/toasts.h"

namespace rv::app {

class CameraDirector {
  public:
    using Notify = std::function<void(ui::ToastKind kind, std::string text)>;
    /// @param notify tells the person something.
    CameraDirector(Control& control, Notify notify);

    /// A key where the newest frame was seen from.
    void add_key(const GenerationStatus& status);
    /// Films the path from this moment on, or stops filming.
    void toggle_film(const GenerationStatus& status);
    void obey(const ui::CameraIntents& intents, const GenerationStatus& status);
    /// Tells what became of a film. @return what there is to see; refers to this object until the next call.
    ui::CameraState update(const GenerationStatus& status);

    [[nodiscard]] const CameraPath& path() const { return path_; }

  private:
    void go_to(const CameraPose& pose);
    void import_from(const std::string& file, const world_model::WorldInfo& world);
    void export_to(const std::string& file, const world_model::WorldInfo& world);
    void refresh();

    Control& control_;
    Notify notify_;
    CameraPath path_;
    FilmFormat format_;  // 0 where the world decides
    std::vector<ui::CameraKey> keys_;
    std::vector<CameraPose> drawn_;
    std::filesystem::path last_film_;
};

}  // namespace rv::app
