#include "ui/panels/step_timeline.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "ui/widgets.h"

namespace rv::ui {
namespace {

constexpr float kFrames = 6;          // of the world's rate, that fit on the axis
constexpr float kUnpacedMs = 400;     // on the axis where the world has no rate
constexpr float kRow = 15, kGap = 2;  // units

struct Stage {
    const char* name;
    double Performance::Step::*ms;
    ImVec4 colour;
};
const std::array kStages = {Stage{"conditions", &Performance::Step::condition_ms, palette::kGood},
                            Stage{"dynamics", &Performance::Step::dynamics_ms, palette::kAccent},
                            Stage{"decoder", &Performance::Step::decode_ms, palette::kWarning}};

void tell(const Performance::Step& step, float frame_ms) {
    char late[32] = "";
    if (step.late) std::snprintf(late, sizeof late, " of %.0f, late", frame_ms);
    ImGui::SetTooltip("frame %llu: %.1f ms%s\nconditions %.1f, dynamics %.1f, decoder %.1f ms",
                      static_cast<unsigned long long>(step.frame), step.total_ms, late, step.condition_ms,
                      step.dynamics_ms, step.decode_ms);
}

void draw_legend(const Fonts& fonts) {
    ImGui::PushFont(fonts.small);
    for (const Stage& stage : kStages) {
        if (&stage != kStages.data()) ImGui::SameLine(0, units(12));
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float line = ImGui::GetTextLineHeight(), side = units(7);
        ImGui::GetWindowDrawList()->AddRectFilled({at.x, at.y + (line - side) * 0.5f},
                                                  {at.x + side, at.y + (line + side) * 0.5f},
                                                  packed(stage.colour), units(2));
        ImGui::Dummy({side, line});
        ImGui::SameLine(0, units(5));
        ImGui::TextColored(palette::kMuted, "%s", stage.name);
    }
    ImGui::PopFont();
}

}  // namespace

void draw_step_timeline(std::span<const Performance::Step> steps, float frame_ms, const Fonts& fonts) {
    const float span_ms = frame_ms > 0 ? kFrames * frame_ms : kUnpacedMs;
    const float row = units(kRow), gap = units(kGap), inset = units(4);
    const ImVec2 size{ImGui::GetContentRegionAvail().x, 2 * row + gap + 2 * inset};
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::Dummy(size);
    const bool pointed = ImGui::IsItemHovered();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(at, {at.x + size.x, at.y + size.y}, packed(palette::kRaised, 0.55f), units(6));
    list.PushClipRect(at, {at.x + size.x, at.y + size.y}, true);
    const auto x_of = [&](double ms) { return at.x + size.x * (1 + static_cast<float>(ms) / span_ms); };
    const float top = at.y + inset, below = top + row + gap;
    for (const Performance::Step& step : steps) {
        const double end = step.began_ms + step.total_ms;
        if (end < -span_ms) continue;
        const float left = x_of(step.began_ms), right = std::max(x_of(end), left + 1);
        list.AddRectFilled({left, top}, {right, top + row},
                           packed(step.late ? palette::kAlert : palette::kText, step.late ? 0.55f : 0.16f),
                           units(2));
        char number[24];
        std::snprintf(number, sizeof number, "%llu", static_cast<unsigned long long>(step.frame));
        const ImVec2 text = fonts.small->CalcTextSizeA(fonts.small->FontSize, FLT_MAX, 0, number);
        if (text.x + units(4) < right - left)
            list.AddText(fonts.small, fonts.small->FontSize,
                         {(left + right - text.x) * 0.5f, top + (row - text.y) * 0.5f},
                         packed(palette::kText), number);
        double from = step.began_ms;
        for (const Stage& stage : kStages) {
            const double to = from + step.*stage.ms;
            if (step.*stage.ms > 0)
                list.AddRectFilled({x_of(from), below}, {std::max(x_of(to), x_of(from) + 1), below + row},
                                   packed(stage.colour, 0.75f), units(2));
            from = to;
        }
        const ImVec2 mouse = ImGui::GetIO().MousePos;
        if (pointed && mouse.x >= left && mouse.x < right) tell(step, frame_ms);
    }
    list.PopClipRect();
    draw_legend(fonts);
}

}  // namespace rv::ui
