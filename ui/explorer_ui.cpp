#include "ui/explorer_ui.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/widgets.h"

namespace rv::ui {
namespace {

// One sentence in the middle of the picture.
void draw_message(const char* title, const std::string& text, const ImVec4& colour, const Fonts& fonts) {
    const ImVec2 display = ImGui::GetIO().DisplaySize;
    const float wrap = std::min(units(520), display.x - units(80));
    const ImVec2 head = fonts.figure->CalcTextSizeA(fonts.figure->FontSize, FLT_MAX, 0, title);
    const ImVec2 body = fonts.body->CalcTextSizeA(fonts.body->FontSize, FLT_MAX, wrap, text.c_str());
    const float gap = text.empty() ? 0 : units(10);
    const ImVec2 size{std::max(head.x, body.x) + units(56),
                      head.y + gap + (text.empty() ? 0 : body.y) + units(44)};
    const ImVec2 at{std::round((display.x - size.x) * 0.5f), std::round((display.y - size.y) * 0.42f)};
    ImDrawList& list = *ImGui::GetBackgroundDrawList();
    list.AddRectFilled(at, {at.x + size.x, at.y + size.y}, packed(palette::kGlass), units(12));
    list.AddRect(at, {at.x + size.x, at.y + size.y}, packed(palette::kLine), units(12));
    list.AddText(fonts.figure, fonts.figure->FontSize,
                 {std::round(at.x + (size.x - head.x) * 0.5f), at.y + units(22)}, packed(colour), title);
    if (text.empty()) return;
    list.AddText(fonts.body, fonts.body->FontSize,
                 {std::round(at.x + (size.x - body.x) * 0.5f), at.y + units(22) + head.y + gap},
                 packed(palette::kText), text.c_str(), nullptr, wrap);
}

}  // namespace

bool ExplorerUi::close_help() {
    const bool was_open = covered() || welcome_.open();
    help_.close();
    controls_.close();
    welcome_.close();
    return was_open;
}

void ExplorerUi::edit_prompt() {
    panels_ = true;
    prompt_.focus();
}

void ExplorerUi::draw_sidebar(const ExplorerState& state, const Fonts& fonts, float bottom,
                              Intents& intents) {
    if (std::exchange(focus_sidebar_, false)) ImGui::SetNextWindowFocus();
    if (sidebar_.begin(fonts, bottom)) {
        ImGui::PushFont(fonts.body);
        if (section("World", fonts.heading)) world_.draw(state, fonts, intents);
        ImGui::Separator();
        if (section("Prompt", fonts.heading)) prompt_.draw(state, fonts, intents);
        ImGui::Separator();
        if (section("Picture", fonts.heading)) quality_.draw(state, fonts, intents);
        ImGui::Separator();
        if (section("Recording", fonts.heading, false)) recording_panel_.draw(state, fonts, intents);
        ImGui::PopFont();
    }
    sidebar_.end();
}

void ExplorerUi::draw_right_side(const ExplorerState& state, const Fonts& fonts, float bottom,
                                 Intents& intents) {
    if (right_side_.begin(fonts, bottom)) {
        ImGui::PushFont(fonts.body);
        if (section("Performance", fonts.heading))
            intents.save_timings = performance_.draw(state.performance, fonts);
        ImGui::Separator();
        if (section("Camera", fonts.heading)) camera_.draw(state, fonts, intents);
        if (state.truth.available) {
            ImGui::Separator();
            if (section("Truth", fonts.heading, false)) truth_.draw(state.truth, fonts, intents);
        }
        ImGui::PopFont();
    }
    right_side_.end();
}

Intents ExplorerUi::draw(const ExplorerState& state, const Fonts& fonts, TimePoint now) {
    Intents intents;
    const ImVec2 display = ImGui::GetIO().DisplaySize;
    if (!state.fatal.empty())
        draw_message("The world has stopped", state.fatal, palette::kAlert, fonts);
    else if (!state.has_frame)
        draw_message("Opening the world", "", palette::kText, fonts);
    const float bottom = StatusBar::height() + timeline_.height(state.timeline);
    if (panels_ && !covered()) {
        camera_path_.draw(state, fonts);
        keys_.draw(state, fonts, {display.x * 0.5f, display.y - bottom - units(18)});
        draw_sidebar(state, fonts, bottom, intents);
        draw_right_side(state, fonts, bottom, intents);
    }
    if (panels_) {
        timeline_.draw(state, fonts, {0, display.y - StatusBar::height()}, intents.timeline);
        if (status_.draw(state, fonts, intents)) toggle_help();
    }
    help_.draw(state.help, fonts);
    controls_.draw(state.controls, fonts, intents.controls);
    if (!state.unfinished.empty() && !covered())
        intents.resume = draw_resume_card(state.unfinished, fonts);
    else if (panels_ && state.has_frame && !covered())
        welcome_.draw(state, fonts);
    recording_.draw(state, fonts);
    toasts_.draw(fonts, panels_ ? bottom : 0, now);
    return intents;
}

}  // namespace rv::ui
