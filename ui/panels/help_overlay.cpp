#include "ui/panels/help_overlay.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

#include "ui/panels/status_bar.h"
#include "ui/widgets.h"

namespace rv::ui {
namespace {

constexpr float kKeysWidth = 138, kColumnWidth = 344;  // 96 dpi pixels

// "W, S" as two caps.
void key_caps(const std::string& keys) {
    const float start = ImGui::GetCursorPosX();
    std::size_t begin = 0;
    while (begin < keys.size()) {
        const std::size_t end = std::min(keys.find(", ", begin), keys.size());
        if (begin > 0) ImGui::SameLine(0, units(4));
        keycap_item(keys.substr(begin, end - begin).c_str());
        begin = end + 2;
    }
    ImGui::SameLine();
    ImGui::SetCursorPosX(std::max(ImGui::GetCursorPosX(), start + units(kKeysWidth)));
}

void group(std::span<const KeyHelp> rows, const std::string& name, const Fonts& fonts) {
    ImGui::PushFont(fonts.heading);
    ImGui::TextColored(palette::kAccent, "%s", name.c_str());
    ImGui::PopFont();
    ImGui::PushFont(fonts.small);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {units(8), units(5)});
    for (const KeyHelp& row : rows) {
        if (row.group != name) continue;
        key_caps(row.keys);
        ImGui::SetCursorPosY(ImGui::GetCursorPosY() + units(3));
        ImGui::TextUnformatted(row.meaning.c_str());
    }
    ImGui::PopStyleVar();
    ImGui::PopFont();
    ImGui::Dummy({0, units(4)});
}

struct Group {
    std::string name;
    std::size_t order = 0, length = 0;
};

// Longest first, each into the column that is shortest so far; then put back into reading order.
std::vector<std::vector<Group>> columns_of(std::span<const KeyHelp> rows, std::size_t count) {
    constexpr std::size_t kHeading = 3;  // rows that a group's heading and gap take
    std::vector<Group> groups;
    for (const KeyHelp& row : rows) {
        const auto found = std::ranges::find(groups, row.group, &Group::name);
        if (found == groups.end())
            groups.push_back({row.group, groups.size(), kHeading + 1});
        else
            ++found->length;
    }
    std::ranges::stable_sort(groups, std::greater<>(), &Group::length);
    std::vector<std::vector<Group>> columns(
        std::clamp<std::size_t>(count, 1, std::max<std::size_t>(groups.size(), 1)));
    std::vector<std::size_t> lengths(columns.size());
    for (const Group& next : groups) {
        const auto shortest = static_cast<std::size_t>(std::ranges::min_element(lengths) - lengths.begin());
        columns[shortest].push_back(next);
        lengths[shortest] += next.length;
    }
    for (auto& column : columns) std::ranges::sort(column, {}, &Group::order);
    std::ranges::sort(columns, {},
                      [](const auto& column) { return column.empty() ? SIZE_MAX : column.front().order; });
    return columns;
}

}  // namespace

void HelpOverlay::draw(std::span<const KeyHelp> rows, const Fonts& fonts) {
    if (!open_) return;
    const ImVec2 display = ImGui::GetIO().DisplaySize;
    ImGui::GetBackgroundDrawList()->AddRectFilled({0, 0}, display, packed(palette::kInk, 0.6f));
    ImGui::SetNextWindowPos({display.x * 0.5f, (display.y - StatusBar::height()) * 0.5f}, ImGuiCond_Always,
                            {0.5f, 0.5f});
    ImGui::SetNextWindowSizeConstraints({0, 0},
                                        {display.x - units(32), display.y - StatusBar::height() - units(24)});
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
    const auto fitting = static_cast<int>((display.x - units(100)) / units(kColumnWidth));
    const auto columns = columns_of(rows, static_cast<std::size_t>(std::clamp(fitting, 1, 3)));
    if (ImGui::BeginTable("##columns", static_cast<int>(columns.size()), ImGuiTableFlags_SizingFixedFit)) {
        for (const auto& column : columns) {
            ImGui::TableNextColumn();
            ImGui::Dummy({units(kColumnWidth - 20), 0});
            for (const Group& each : column) group(rows, each.name, fonts);
        }
        ImGui::EndTable();
    }
    ImGui::End();
    ImGui::PopStyleVar();
}

}  // namespace rv::ui
