#include "ui/panels/controls_panel.h"

#include <algorithm>

#include "ui/panels/status_bar.h"
#include "ui/widgets.h"

namespace rv::ui {
namespace {

constexpr float kWidth = 860, kFeelWidth = 250, kLabelWidth = 190;  // units

// A key that can be changed. @return whether it was pressed; the right button takes it away
bool key_button(const char* name, bool waiting, bool held, bool& removed) {
    const ImVec4 face = waiting ? palette::kWarning : held ? palette::kAccent : palette::kRaised;
    ImGui::PushStyleColor(ImGuiCol_Button, face);
    ImGui::PushStyleColor(ImGuiCol_Text, waiting || held ? palette::kInk : palette::kText);
    const bool pressed = ImGui::Button(waiting ? "press a key" : name);
    removed = ImGui::IsItemClicked(ImGuiMouseButton_Right);
    ImGui::PopStyleColor(2);
    return pressed;
}

void draw_row(const ControlsState& state, std::size_t index, ControlsIntents& intents) {
    const ControlRow& row = state.rows[index];
    ImGui::PushID(static_cast<int>(index));
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {units(8), units(2)});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {units(8), units(4)});
    ImGui::AlignTextToFramePadding();
    ImGui::TextUnformatted(row.label.c_str());
    const float start = ImGui::GetCursorPosX() + units(kLabelWidth);
    for (std::size_t i = 0; i <= row.sources.size(); ++i) {
        const ControlSlot slot{index, i};
        const bool waiting = state.listening == slot, add = i == row.sources.size();
        ImGui::SameLine(i == 0 ? start : 0, i == 0 ? 0 : units(4));
        ImGui::PushID(static_cast<int>(i));
        bool removed = false;
        if (key_button(add ? "+" : row.sources[i].c_str(), waiting, !add && row.pressed[i], removed)) {
            if (waiting)
                intents.cancel = true;
            else
                intents.listen = slot;
        }
        if (removed && !add) intents.remove = slot;
        ImGui::PopID();
    }
    ImGui::PopStyleVar(2);
    ImGui::PopID();
}

void draw_rows(const ControlsState& state, const Fonts& fonts, ControlsIntents& intents) {
    std::string_view group;
    for (std::size_t i = 0; i < state.rows.size(); ++i) {
        if (state.rows[i].group != group) {
            group = state.rows[i].group;
            ImGui::PushFont(fonts.heading);
            ImGui::TextColored(palette::kAccent, "%s", state.rows[i].group.c_str());
            ImGui::PopFont();
        }
        draw_row(state, i, intents);
    }
}

// Where the left stick is (hollow), what the world feels of it (filled), and the dead zone.
void draw_stick(const ControlsState& state) {
    const float radius = units(44);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::Dummy({2 * radius, 2 * radius});
    const ImVec2 centre{at.x + radius, at.y + radius};
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddCircleFilled(centre, radius, packed(palette::kRaised, 0.6f), 48);
    list.AddCircle(centre, radius, packed(palette::kText, 0.2f), 48, units(1));
    list.AddCircleFilled(centre, radius * state.feel.dead_zone, packed(palette::kText, 0.1f), 32);
    const auto place = [&](float x, float y) { return ImVec2{centre.x + x * radius, centre.y + y * radius}; };
    list.AddCircle(place(state.stick_x, state.stick_y), units(6), packed(palette::kText, 0.7f), 24,
                   units(1.5f));
    list.AddCircleFilled(place(state.felt_x, state.felt_y), units(4), packed(palette::kAccent), 24);
}

void draw_feel(const ControlsState& state, const Fonts& fonts, ControlsIntents& intents) {
    ControlFeel feel = state.feel;
    ImGui::PushFont(fonts.heading);
    ImGui::TextColored(palette::kAccent, "Mouse");
    ImGui::PopFont();
    caption("Speed");
    float percent = feel.mouse_sensitivity * 1000;
    ImGui::SetNextItemWidth(-1);
    if (ImGui::SliderFloat("##speed", &percent, 5, 150, "%.0f", ImGuiSliderFlags_AlwaysClamp))
        feel.mouse_sensitivity = percent / 1000;
    toggle("Up looks down", &feel.invert_mouse_y);
    ImGui::Dummy({0, units(6)});
    ImGui::PushFont(fonts.heading);
    ImGui::TextColored(palette::kAccent, "Gamepad");
    ImGui::PopFont();
    ImGui::TextWrapped("%s", state.gamepad.empty() ? "None is connected; it is found as soon as it is."
                                                   : state.gamepad.c_str());
    caption("Dead zone of the sticks");
    ImGui::SetNextItemWidth(-1);
    ImGui::SliderFloat("##dead", &feel.dead_zone, 0, 0.5f, "%.2f", ImGuiSliderFlags_AlwaysClamp);
    caption("Curve: above 1, small pushes are finer");
    ImGui::SetNextItemWidth(-1);
    ImGui::SliderFloat("##curve", &feel.curve, 1, 4, "%.1f", ImGuiSliderFlags_AlwaysClamp);
    if (!state.gamepad.empty()) draw_stick(state);
    ImGui::Dummy({0, units(6)});
    ImGui::PushFont(fonts.heading);
    ImGui::TextColored(palette::kAccent, "Pressed now");
    ImGui::PopFont();
    if (state.pressed.empty())
        ImGui::TextColored(palette::kMuted, "nothing: try a key");
    else
        ImGui::TextColored(palette::kAccent, "%s", state.pressed.c_str());
    ImGui::Dummy({0, units(6)});
    if (ImGui::Button("Back to the first keys", {ImGui::GetContentRegionAvail().x, 0})) intents.reset = true;
    if (!state.file.empty()) {
        ImGui::PushTextWrapPos(0);
        ImGui::TextColored(palette::kMuted, "Kept in %s", state.file.c_str());
        ImGui::PopTextWrapPos();
    }
    if (feel != state.feel) intents.feel = feel;
}

}  // namespace

void ControlsPanel::draw(const ControlsState& state, const Fonts& fonts, ControlsIntents& intents) {
    if (!open_) return;
    const ImVec2 display = ImGui::GetIO().DisplaySize;
    const float bottom = StatusBar::height();
    ImGui::GetBackgroundDrawList()->AddRectFilled({0, 0}, display, packed(palette::kInk, 0.6f));
    const ImVec2 size{std::min(units(kWidth), display.x - units(32)), display.y - bottom - units(48)};
    ImGui::SetNextWindowPos({display.x * 0.5f, (display.y - bottom) * 0.5f}, ImGuiCond_Always, {0.5f, 0.5f});
    ImGui::SetNextWindowSize(size);
    ImGui::SetNextWindowBgAlpha(0.96f);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {units(28), units(22)});
    ImGui::Begin("##controls", nullptr,
                 ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoSavedSettings);
    ImGui::PushFont(fonts.figure);
    ImGui::TextUnformatted("Controls");
    ImGui::PopFont();
    caption("A click on a key changes it, the right button takes it away; + adds one.");
    ImGui::Dummy({0, units(6)});
    ImGui::PushFont(fonts.small);
    const float rows = ImGui::GetContentRegionAvail().x - units(kFeelWidth) - units(24);
    ImGui::BeginChild("rows", {rows, 0});
    draw_rows(state, fonts, intents);
    ImGui::EndChild();
    ImGui::SameLine(0, units(24));
    ImGui::BeginChild("feel", {0, 0});
    draw_feel(state, fonts, intents);
    ImGui::EndChild();
    ImGui::PopFont();
    ImGui::End();
    ImGui::PopStyleVar();
}

}  // namespace rv::ui
