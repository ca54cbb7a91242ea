#include "ui/panel_window.h"

#include <algorithm>

#include "ui/widgets.h"

namespace rv::ui {
namespace {

constexpr float kMargin = 14;  // 96 dpi pixels between a panel and the edge at first

// The new coordinate of a span [at, at + size] when its room grows from `before` to `after`.
float kept_in(float at, float size, float before, float after) {
    if (before > 0 && at + size * 0.5f > before * 0.5f) at += after - before;
    return std::clamp(at, 0.0f, std::max(0.0f, after - size));
}

}  // namespace

PanelWindow::PanelWindow(const char* title, bool from_right, float width)
    : title_(title), from_right_(from_right), width_(width) {}

bool PanelWindow::begin(const Fonts& fonts, float reserved_bottom) {
    const ImVec2 display{ImGui::GetIO().DisplaySize.x, ImGui::GetIO().DisplaySize.y - reserved_bottom};
    const float margin = units(kMargin), width = units(width_);
    ImGui::SetNextWindowPos({from_right_ ? display.x - margin : margin, margin}, ImGuiCond_FirstUseEver,
                            {from_right_ ? 1.0f : 0.0f, 0.0f});
    const bool resized = display.x != last_display_.x || display.y != last_display_.y;
    // Dear ImGui measures a new window before it places it.
    constexpr int kSettling = 3;  // frames
    if (resized && drawn_ >= kSettling)
        ImGui::SetNextWindowPos({kept_in(last_position_.x, last_size_.x, last_display_.x, display.x),
                                 kept_in(last_position_.y, last_size_.y, last_display_.y, display.y)});
    last_display_ = display;
    ImGui::SetNextWindowSizeConstraints({width, 0}, {width, std::max(units(60), display.y - 2 * margin)});
    ImGui::PushFont(fonts.heading);
    const bool open = ImGui::Begin(title_, nullptr,
                                   ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoFocusOnAppearing |
                                       ImGuiWindowFlags_NoTitleBar);
    ImGui::PopFont();
    last_position_ = ImGui::GetWindowPos();
    last_size_ = ImGui::GetWindowSize();
    drawn_ = std::min(drawn_ + 1, kSettling);
    return open;
}

void PanelWindow::end() {
    ImGui::End();
}

}  // namespace rv::ui
