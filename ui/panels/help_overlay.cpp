#include "ui/panels/help_overlay.h"

#include <algorithm>

#include "ui/widgets.h"

namespace rv::ui {
namespace {

// "W, S" as two caps.
void key_caps(const std::string& keys, float width) {
    const float start = ImGui::GetCursorPosX();
    std::size_t begin = 0;
    while (begin < keys.size()) {
        const std::size_t end = std::min(keys.find(", ", begin), keys.size());
        if (begin > 0) ImGui::SameLine(0, units(4));
        keycap_item(keys.substr(begin, end - begin).c_str());
        begin = end + 2;
    }
    ImGui::SameLine(start + width);
}

void group(std::span<const KeyHelp> rows, const std::string& name, const Fonts& fonts) {
    ImGui::PushFont(fonts.heading);
    ImGui::TextColored(palette::kAccent, "%s", name.c_str());
    ImGui::PopFont();
    ImGui::PushFont(fonts.small);
    for (const KeyHelp& row : rows) {
        if (row.group != name) continue;
        key_caps(row.keys, units(150));
        ImGui::SetCursorPosY(ImGui::GetCursorPosY() + units(3));
        ImGui::TextUnformatted(row.meaning.c_str());
    }
    ImGui::PopFont();
    ImGui::Dummy({0, units(6)});
}

}  // namespace

void HelpOverlay::draw(std::span<const KeyHelp> rows, const Fonts& fonts) {
    if (!open_) return;
    std::vector<std::string> groups;
    for (const KeyHelp& row : rows)
        if (std::ranges::find(groups, row.group) == groups.end()) groups.push_back(row.group);

    const ImVec2 display = ImGui::GetIO().DisplaySize;
    ImGui::GetBackgroundDrawList()->AddRectFilled({0, 0}, display, packed(palette::kInk, 0.6f));
    ImGui::SetNextWindowPos({display.x * 0.5f, display.y * 0.5f}, ImGuiCond_Always, {0.5f, 0.5f});
    ImGui::SetNextWindowSizeConstraints({0, 0}, {display.x - units(32), display.y - units(32)});
    ImGui::SetNextWindowBgAlpha(0.96f);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {units(28), units(22)});
    ImGui::Begin("##help", nullptr,
                 ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoSavedSettings);
    ImGui::PushFont(fonts.figure);
    ImGui::TextUnformatted("Finding your way");
    ImGui::PopFont();
    caption("Click into the picture or press Tab to look around with the mouse; Esc gives it back.");
    ImGui::Dummy({0, units(8)});
    if (ImGui::BeginTable("##columns", 2, ImGuiTableFlags_SizingFixedFit)) {
        for (int column = 0; column < 2; ++column) {
            ImGui::TableNextColumn();
            for (std::size_t i = 0; i < groups.size(); ++i)
                if (static_cast<int>(i % 2) == column) group(rows, groups[i], fonts);
            ImGui::Dummy({units(390), 0});
        }
        ImGui::EndTable();
    }
    ImGui::End();
    ImGui::PopStyleVar();
}

}  // namespace rv::ui
