#include "ui/panels/timeline_panel.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "ui/widgets.h"

namespace rv::ui {
namespace {

constexpr float kLaneUnits = 9, kFlagUnits = 12, kMarginUnits = 8;
constexpr std::size_t kMostLanes = 5;  // the newest branches; the others are in the list

std::string time_of(std::uint64_t frame, double frame_rate) {
    const double seconds = frame_rate > 0 ? static_cast<double>(frame) / frame_rate : 0;
    char text[32];
    std::snprintf(text, sizeof text, "%d:%04.1f", static_cast<int>(seconds) / 60, std::fmod(seconds, 60.0));
    return text;
}

// Which branches have a lane, oldest first: the present one, and of the others the newest.
std::vector<int> shown_branches(const Timeline& timeline) {
    std::vector<int> shown;
    for (int i = static_cast<int>(timeline.branches.size()) - 1; i >= 0; --i) {
        if (timeline.branches[static_cast<std::size_t>(i)].kept.empty()) continue;
        const bool present = i == timeline.now.branch;
        if (present || shown.size() < kMostLanes - 1) shown.push_back(i);
    }
    std::ranges::reverse(shown);
    return shown;
}

}  // namespace

// Where everything lies: frames along x, branches along y.
struct TimelinePanel::Lanes {
    Lanes(const Timeline& timeline, ImVec2 top_left, ImVec2 size) : shown(shown_branches(timeline)) {
        left = top_left.x;
        top = top_left.y + units(kFlagUnits);
        width = size.x;
        for (const int i : shown) last = std::max(last, timeline.branches[static_cast<std::size_t>(i)].last);
        last = std::max<std::uint64_t>(last, 1);
    }
    [[nodiscard]] float x(std::uint64_t frame) const {
        return left + width * static_cast<float>(frame) / static_cast<float>(last);
    }
    [[nodiscard]] float y(std::size_t lane) const {
        return top + (static_cast<float>(lane) + 0.5f) * units(kLaneUnits);
    }
    // Of a branch; the end if it has none.
    [[nodiscard]] std::size_t lane_of(int branch) const {
        return static_cast<std::size_t>(std::ranges::find(shown, branch) - shown.begin());
    }
    [[nodiscard]] std::uint64_t frame_at(float at) const {
        const float share = std::clamp((at - left) / width, 0.0f, 1.0f);
        return static_cast<std::uint64_t>(std::lround(share * static_cast<float>(last)));
    }
    [[nodiscard]] std::size_t lane_at(float at) const {
        const auto lane = static_cast<std::ptrdiff_t>(std::floor((at - top) / units(kLaneUnits)));
        return static_cast<std::size_t>(
            std::clamp<std::ptrdiff_t>(lane, 0, static_cast<std::ptrdiff_t>(shown.size()) - 1));
    }

    std::vector<int> shown;
    float left = 0, top = 0, width = 0;
    std::uint64_t last = 0;
};

float TimelinePanel::height(const Timeline& timeline) const {
    const std::size_t lanes = shown_branches(timeline).size();
    if (lanes == 0) return 0;
    const float track = units(kFlagUnits) + static_cast<float>(lanes) * units(kLaneUnits);
    return std::max(track, ImGui::GetFrameHeight()) + 2 * units(kMarginUnits);
}

void TimelinePanel::draw_lanes(const Timeline& timeline, const Lanes& lanes) const {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float thick = units(3);
    for (std::size_t lane = 0; lane < lanes.shown.size(); ++lane) {
        const int index = lanes.shown[lane];
        const auto& branch = timeline.branches[static_cast<std::size_t>(index)];
        const float y = lanes.y(lane);
        const bool present = index == timeline.now.branch, beside = timeline.beside == index;
        const ImVec4& colour = present ? palette::kAccent : beside ? palette::kGood : palette::kMuted;
        const std::size_t parent = branch.fork ? lanes.lane_of(branch.fork->branch) : lanes.shown.size();
        const std::uint64_t from = branch.fork ? branch.fork->frame : branch.first;
        if (parent < lanes.shown.size())
            list.AddLine({lanes.x(from), lanes.y(parent)}, {lanes.x(from), y}, packed(colour, 0.4f),
                         units(1));
        list.AddRectFilled({lanes.x(from), y - thick * 0.5f}, {lanes.x(branch.last), y + thick * 0.5f},
                           packed(colour, 0.28f), thick * 0.5f);
        // What is kept, brighter: a step to each, so that gaps show where the past has thinned out.
        const float dot = std::max(units(1), lanes.width / static_cast<float>(lanes.last));
        for (const std::uint64_t frame : branch.kept)
            list.AddRectFilled(
                {std::max(lanes.left, lanes.x(frame) - dot * 0.5f), y - thick * 0.5f},
                {std::min(lanes.left + lanes.width, lanes.x(frame) + dot * 0.5f), y + thick * 0.5f},
                packed(colour, 0.75f));
    }
    for (const Timeline::Mark& mark : timeline.marks) {
        const std::size_t lane = lanes.lane_of(mark.at.branch);
        if (lane == lanes.shown.size()) continue;
        const float x = lanes.x(mark.at.frame), y = lanes.y(lane), top = lanes.top - units(kFlagUnits - 2);
        list.AddLine({x, top}, {x, y}, packed(palette::kWarning, 0.9f), units(1));
        list.AddTriangleFilled({x, top}, {x + units(7), top + units(3)}, {x, top + units(6)},
                               packed(palette::kWarning));
    }
    const std::size_t lane = lanes.lane_of(timeline.now.branch);
    if (lane == lanes.shown.size()) return;
    const ImVec2 now{lanes.x(timeline.now.frame), lanes.y(lane)};
    list.AddCircleFilled(now, units(5.5f), packed(palette::kInk), 24);
    list.AddCircleFilled(now, units(4.5f), packed(palette::kText), 24);
}

void TimelinePanel::drag(const Timeline& timeline, const Lanes& lanes, TimelineIntents& intents) {
    if (!ImGui::IsItemActive()) {
        dragged_to_.reset();
        return;
    }
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    // The lane is chosen by the press; then the hand may slip.
    const int branch = dragged_to_ ? dragged_to_->branch : lanes.shown[lanes.lane_at(mouse.y)];
    const TimelinePoint to{
        branch, std::min(lanes.frame_at(mouse.x), timeline.branches[static_cast<std::size_t>(branch)].last)};
    if (dragged_to_ == to) return;
    dragged_to_ = to;
    intents.go_to = to;
}

void TimelinePanel::draw_branches(const Timeline& timeline, double frame_rate, TimelineIntents& intents) {
    for (std::size_t i = 0; i < timeline.branches.size(); ++i) {
        const auto& branch = timeline.branches[i];
        if (branch.kept.empty()) continue;
        const int index = static_cast<int>(i);
        ImGui::PushID(index);
        char name[64];
        std::snprintf(name, sizeof name, "%s", branch.name.c_str());
        ImGui::SetNextItemWidth(units(150));
        if (ImGui::InputText("##name", name, sizeof name, ImGuiInputTextFlags_EnterReturnsTrue))
            intents.rename = TimelineIntents::Name{index, name};
        ImGui::SameLine();
        ImGui::TextColored(palette::kMuted, "%s to %s", time_of(branch.first, frame_rate).c_str(),
                           time_of(branch.last, frame_rate).c_str());
        ImGui::SameLine(units(300));
        if (index == timeline.now.branch) {
            ImGui::TextColored(palette::kAccent, "here");
        } else {
            if (ImGui::SmallButton("Go to its end")) intents.go_to = TimelinePoint{index, branch.last};
            ImGui::SameLine();
            if (ImGui::SmallButton(timeline.beside == index ? "End comparing" : "Show beside"))
                intents.compare = index;
        }
        ImGui::PopID();
    }
    if (timeline.marks.empty()) return;
    ImGui::Separator();
    for (std::size_t i = 0; i < timeline.marks.size(); ++i) {
        const Timeline::Mark& mark = timeline.marks[i];
        ImGui::PushID(static_cast<int>(1000 + i));
        ImGui::TextColored(palette::kWarning, "%s", mark.name.c_str());
        ImGui::SameLine();
        ImGui::TextColored(palette::kMuted, "%s", time_of(mark.at.frame, frame_rate).c_str());
        ImGui::SameLine(units(300));
        if (ImGui::SmallButton("Go there")) intents.go_to = mark.at;
        ImGui::SameLine();
        if (ImGui::SmallButton("Remove")) intents.remove_mark = i;
        ImGui::PopID();
    }
}

void TimelinePanel::draw(const ExplorerState& state, const Fonts& fonts, ImVec2 bottom_left,
                         TimelineIntents& intents) {
    const Timeline& timeline = state.timeline;
    const float tall = height(timeline), wide = ImGui::GetIO().DisplaySize.x;
    if (tall == 0) return;
    ImGui::SetNextWindowPos({bottom_left.x, bottom_left.y - tall});
    ImGui::SetNextWindowSize({wide, tall});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {units(14), units(kMarginUnits)});
    ImGui::Begin("##timeline", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                     ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoNav);
    ImGui::PopStyleVar(3);
    const float buttons = 2 * ImGui::GetFrameHeight() + units(16);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const ImVec2 size{std::max(units(40), wide - 2 * units(14) - buttons), tall - 2 * units(kMarginUnits)};
    const Lanes lanes(timeline, at, size);
    ImGui::InvisibleButton("lanes", size);
    drag(timeline, lanes, intents);
    if (ImGui::IsItemHovered() && !ImGui::IsItemActive()) {
        const ImVec2 mouse = ImGui::GetIO().MousePos;
        const auto& branch = timeline.branches[static_cast<std::size_t>(lanes.shown[lanes.lane_at(mouse.y)])];
        ImGui::SetTooltip("%s   %s", branch.name.c_str(),
                          time_of(std::min(lanes.frame_at(mouse.x), branch.last), state.frame_rate).c_str());
    }
    draw_lanes(timeline, lanes);

    ImGui::SameLine(0, units(10));
    if (icon_button("mark", Icon::Bookmark, "Mark this moment (F6); F7 goes back to the last mark"))
        intents.mark = true;
    ImGui::SameLine(0, units(4));
    if (icon_button("branches", Icon::Branches, "Branches and marks", timeline.beside.has_value()))
        ImGui::OpenPopup("branches");
    ImGui::SetNextWindowPos({wide - units(14), bottom_left.y - tall - units(6)}, ImGuiCond_Always, {1, 1});
    if (ImGui::BeginPopup("branches")) {
        ImGui::PushFont(fonts.body);
        draw_branches(timeline, state.frame_rate, intents);
        char kept[64];
        std::snprintf(kept, sizeof kept, "%.0f of %.0f MiB keep the past", timeline.kept_mib,
                      timeline.budget_mib);
        caption(kept);
        ImGui::PopFont();
        ImGui::EndPopup();
    }
    ImGui::End();
}

}  // namespace rv::ui
