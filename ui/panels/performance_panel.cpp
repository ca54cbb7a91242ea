#include "ui/panels/performance_panel.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "ui/panels/step_timeline.h"
#include "ui/widgets.h"

namespace rv::ui {
namespace {

std::string text(const char* format, double value) {
    char buffer[48];
    std::snprintf(buffer, sizeof buffer, format, value);
    return buffer;
}

void big_number(const char* label, double value, const Fonts& fonts, ImVec4 colour) {
    ImGui::BeginGroup();
    ImGui::PushFont(fonts.figure);
    ImGui::TextColored(colour, "%s", text(value < 10 ? "%.1f" : "%.0f", value).c_str());
    ImGui::PopFont();
    ImGui::SetCursorPosY(ImGui::GetCursorPosY() - units(6));
    ImGui::PushFont(fonts.small);
    ImGui::TextColored(palette::kMuted, "%s", label);
    ImGui::PopFont();
    ImGui::EndGroup();
}

// Green while the world keeps its own rate.
ImVec4 rate_colour(double fps, double target) {
    if (fps <= 0 || target <= 0) return palette::kText;
    if (fps >= 0.9 * target) return palette::kGood;
    return fps >= 0.5 * target ? palette::kWarning : palette::kAlert;
}

}  // namespace

bool PerformancePanel::draw(const Performance& p, const Fonts& fonts) {
    big_number("generated/s", p.generated_fps, fonts, rate_colour(p.generated_fps, p.target_fps));
    ImGui::SameLine(ImGui::GetWindowContentRegionMax().x * 0.42f);
    big_number("shown/s", p.shown_fps, fonts, palette::kText);
    ImGui::SameLine(ImGui::GetWindowContentRegionMax().x * 0.73f);
    big_number("ms a step", p.step_ms_p50, fonts, palette::kText);

    const float frame_ms = p.target_fps > 0 ? static_cast<float>(1000 / p.target_fps) : 0.0f;
    std::vector<float> steps_ms;
    for (const Performance::Step& step : p.steps_shown) steps_ms.push_back(static_cast<float>(step.total_ms));
    const float longest = steps_ms.empty() ? 0.0f : *std::ranges::max_element(steps_ms);
    history_graph(steps_ms, std::max({frame_ms * 1.25f, longest * 1.1f, 1.0f}), frame_ms,
                  {ImGui::GetContentRegionAvail().x, units(52)});
    draw_step_timeline(p.steps_shown, frame_ms, fonts);

    ImGui::PushFont(fonts.small);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {units(8), units(4)});
    value_row("step p50 / p99", text("%.1f", p.step_ms_p50) + " / " + text("%.1f ms", p.step_ms_p99));
    if (p.target_fps > 0 && p.steps > 0)
        value_row("late steps", std::to_string(p.late_steps) + " of " + std::to_string(p.steps),
                  packed(p.late_steps * 20 > p.steps ? palette::kWarning : palette::kText));
    value_row("input to present", p.input_to_present_ms > 0 ? text("%.0f ms", p.input_to_present_ms) : "-");
    value_row("memory", text("%.0f MiB", p.memory_mib));
    value_row("model on", p.device);
    value_row("drawn by", p.renderer);
    value_row("frames via", p.sharing);
    ImGui::PopStyleVar();
    const bool save = ImGui::Button("Save timings as CSV", {ImGui::GetContentRegionAvail().x, 0});
    ImGui::PopFont();
    return save;
}

}  // namespace rv::ui
