#include "ui/panels/recording_indicator.h"

#include <cmath>
#include <cstdio>
#include <string>

#include "ui/widgets.h"

namespace rv::ui {
namespace {

std::string time_of(const RecordingProgress& recording) {
    char text[32];
    const int seconds = static_cast<int>(recording.seconds);
    std::snprintf(text, sizeof text, "REC  %02d:%02d", seconds / 60, seconds % 60);
    return recording.encoder.empty() ? text : text + ("  " + recording.encoder);
}

}  // namespace

void RecordingIndicator::draw(const ExplorerState& state, const Fonts& fonts) {
    const RecordingProgress& recording = state.recording;
    if (!recording.active) return;
    const std::string time = time_of(recording);
    const std::string dropped =
        recording.dropped_frames > 0 ? "  " + std::to_string(recording.dropped_frames) + " dropped" : "";

    ImGui::PushFont(fonts.mono);
    ImDrawList& list = *ImGui::GetForegroundDrawList();
    const ImVec2 extent = ImGui::CalcTextSize(time.c_str());
    const float dropped_width = ImGui::CalcTextSize(dropped.c_str()).x;
    const float height = extent.y + units(14), width = extent.x + dropped_width + units(42);
    const float x = std::round((ImGui::GetIO().DisplaySize.x - width) * 0.5f), y = units(16);
    list.AddRectFilled({x, y}, {x + width, y + height}, packed(palette::kGlass), height * 0.5f);
    list.AddRect({x, y}, {x + width, y + height}, packed(palette::kAlert, 0.45f), height * 0.5f);
    // Breathes once in two seconds of recorded time.
    const double phase = recording.seconds * 3.14159265;
    const float glow = 0.65f + 0.35f * static_cast<float>(std::cos(phase));
    list.AddCircleFilled({x + units(18), y + height * 0.5f}, units(5), packed(palette::kAlert, glow), 20);
    const float text_y = std::round(y + (height - extent.y) * 0.5f);
    list.AddText({x + units(30), text_y}, packed(palette::kText), time.c_str());
    list.AddText({x + units(30) + extent.x, text_y}, packed(palette::kWarning), dropped.c_str());
    ImGui::PopFont();
}

}  // namespace rv::ui
