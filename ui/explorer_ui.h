#pragma once
/// The whole interface of the explorer: which panels there are and where they stand.

#include "engine/core/clock.h"
#include "ui/explorer_state.h"
#include "ui/panel_window.h"
#include "ui/panels/camera_panel.h"
#include "ui/panels/camera_path_overlay.h"
#include "ui/panels/controls_panel.h"
#include "ui/panels/help_overlay.h"
#include "ui/panels/keys_overlay.h"
#include "ui/panels/performance_panel.h"
#include "ui/panels/prompt_panel.h"
#include "ui/panels/quality_panel.h"
#include "ui/panels/recording_indicator.h"
#include "ui/panels/recording_panel.h"
#include "ui/panels/resume_card.h"
#include "ui/panels/status_bar.h"
#include "ui/panels/timeline_panel.h"
#include "ui/panels/toasts.h"
#include "ui/panels/truth_panel.h"
#include "ui/panels/welcome_card.h"
#include "ui/panels/world_panel.h"

namespace rv::ui {

class ExplorerUi {
  public:
    /// Between ImGui::NewFrame() and ImGui::Render(). @return what was asked for.
    Intents draw(const ExplorerState& state, const Fonts& fonts, TimePoint now);

    void toggle_help() {
        help_.toggle();
        controls_.close();
    }
    void toggle_controls() {
        controls_.toggle();
        help_.close();
    }
    /// Gives the keyboard to the panels, the left one first, or back to the world.
    void navigate(bool on) {
        focus_sidebar_ = on && !navigating_;
        navigating_ = on;
        panels_ = panels_ || on;
    }
    [[nodiscard]] bool navigating() const { return navigating_; }
    /// Closes the help, the controls, or the newcomer's card. @return whether one was open.
    bool close_help();
    /// For somebody who is here for the first time.
    void welcome() { welcome_.show(); }
    /// Hides everything but the picture, notices and the recording mark, or shows it again.
    void toggle_panels() { panels_ = !panels_; }
    [[nodiscard]] bool panels_visible() const { return panels_; }
    /// Shows the prompt box and gives it the keyboard.
    void edit_prompt();
    void notify(ToastKind kind, std::string text, TimePoint now) { toasts_.add(kind, std::move(text), now); }

  private:
    /// Something is open that hides the rest.
    [[nodiscard]] bool covered() const { return help_.open() || controls_.open(); }
    /// @param bottom pixels at the bottom of the window that belong to the bars.
    void draw_sidebar(const ExplorerState& state, const Fonts& fonts, float bottom, Intents& intents);
    void draw_right_side(const ExplorerState& state, const Fonts& fonts, float bottom, Intents& intents);

    bool panels_ = true;
    bool navigating_ = false, focus_sidebar_ = false;
    PanelWindow sidebar_{"Explore", false, 296};
    PanelWindow right_side_{"Performance", true, 286};
    WorldPanel world_;
    PromptPanel prompt_;
    QualityPanel quality_;
    RecordingPanel recording_panel_;
    PerformancePanel performance_;
    CameraPanel camera_;
    CameraPathOverlay camera_path_;
    KeysOverlay keys_;
    ControlsPanel controls_;
    HelpOverlay help_;
    RecordingIndicator recording_;
    Toasts toasts_;
    StatusBar status_;
    TimelinePanel timeline_;
    TruthPanel truth_;
    WelcomeCard welcome_;
};

}  // namespace rv::ui
