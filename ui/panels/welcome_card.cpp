#include "ui/panels/welcome_card.h"

#include <utility>

#include "ui/widgets.h"

namespace rv::ui {
namespace {

struct Line {
    const char* keys;
    const char* says;
};
constexpr Line kLines[] = {
    {"", "walks (try it: keys that arrive light up), Q and E turn; Tab lets the mouse look around."},
    {"Enter", "changes the world in your own words: a village at night, snow."},
    {"Comma", "or a drag along the timeline goes back, and you take another way."},
    {"F5", "records; K sets a key of the camera's path, and F8 films it."},
    {"F1", "shows every key, and R begins again."},
};

void walking_keys(const ExplorerState& state) {
    constexpr std::pair<const char*, OverlayKey> kKeys[] = {{"W", OverlayKey::Forward},
                                                            {"A", OverlayKey::Left},
                                                            {"S", OverlayKey::Back},
                                                            {"D", OverlayKey::Right}};
    for (const auto& [name, key] : kKeys) {
        if (key != OverlayKey::Forward) ImGui::SameLine(0, units(3));
        keycap_item(name, state.keys[static_cast<std::size_t>(key)]);
    }
}

}  // namespace

bool WelcomeCard::draw(const ExplorerState& state, const Fonts& fonts) {
    if (!open_) return false;
    const ImVec2 display = ImGui::GetIO().DisplaySize;
    ImGui::SetNextWindowPos({display.x * 0.5f, display.y * 0.42f}, ImGuiCond_Always, {0.5f, 0.5f});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {units(28), units(24)});
    ImGui::Begin("##welcome", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoSavedSettings);
    ImGui::PushFont(fonts.figure);
    ImGui::TextUnformatted("A world that is dreamt while you walk");
    ImGui::PopFont();
    ImGui::Dummy({0, units(6)});
    ImGui::PushFont(fonts.body);
    for (const Line& line : kLines) {
        if (*line.keys)
            keycap_item(line.keys);
        else
            walking_keys(state);
        ImGui::SameLine(units(150));
        ImGui::SetCursorPosY(ImGui::GetCursorPosY() + units(3));  // in the middle of the key's height
        ImGui::TextUnformatted(line.says);
        ImGui::Dummy({0, units(2)});
    }
    ImGui::Dummy({0, units(6)});
    const bool closed = ImGui::Button("Start exploring", {ImGui::GetContentRegionAvail().x, units(36)});
    ImGui::PopFont();
    ImGui::End();
    ImGui::PopStyleVar();
    if (closed) open_ = false;
    return closed;
}

}  // namespace rv::ui
