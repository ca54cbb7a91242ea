#include "ui/panels/recording_indicator.h"

#include <cmath>
#include <cstdio>

#include "ui/widgets.h"

namespace rv::ui {

void RecordingIndicator::draw(const ExplorerState& state, const Fonts& fonts) {
    if (!state.recording) return;
    char text[32];
    const int seconds = static_cast<int>(state.recorded_seconds);
    std::snprintf(text, sizeof text, "REC  %02d:%02d", seconds / 60, seconds % 60);

    ImGui::PushFont(fonts.mono);
    ImDrawList& list = *ImGui::GetForegroundDrawList();
    const ImVec2 extent = ImGui::CalcTextSize(text);
    const float height = extent.y + units(14), width = extent.x + units(42);
    const float x = std::round((ImGui::GetIO().DisplaySize.x - width) * 0.5f), y = units(16);
    list.AddRectFilled({x, y}, {x + width, y + height}, packed(palette::kGlass), height * 0.5f);
    list.AddRect({x, y}, {x + width, y + height}, packed(palette::kAlert, 0.45f), height * 0.5f);
    // Breathes once in two seconds of recorded time.
    const double phase = state.recorded_seconds * 3.14159265;
    const float glow = 0.65f + 0.35f * static_cast<float>(std::cos(phase));
    list.AddCircleFilled({x + units(18), y + height * 0.5f}, units(5), packed(palette::kAlert, glow), 20);
    list.AddText({x + units(30), std::round(y + (height - extent.y) * 0.5f)}, packed(palette::kText), text);
    ImGui::PopFont();
}

}  // namespace rv::ui
