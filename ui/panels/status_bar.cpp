#include "ui/panels/status_bar.h"

#include <cmath>
#include <cstdio>
#include <string>

#include "ui/widgets.h"

namespace rv::ui {
namespace {

void vertical_line() {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float height = ImGui::GetFrameHeight();
    ImGui::GetWindowDrawList()->AddLine({at.x + units(2), at.y + units(5)},
                                        {at.x + units(2), at.y + height - units(5)},
                                        packed(palette::kText, 0.14f));
    ImGui::Dummy({units(4), height});
}

std::string world_time(std::uint64_t frame, double frame_rate) {
    const double seconds = frame_rate > 0 ? static_cast<double>(frame) / frame_rate : 0;
    char text[64];
    std::snprintf(text, sizeof text, "%02d:%04.1f   frame %llu", static_cast<int>(seconds) / 60,
                  std::fmod(seconds, 60.0), static_cast<unsigned long long>(frame));
    return text;
}

// Text in the middle of the bar's height, whatever its font.
void bar_text(const std::string& text, const ImVec4& colour, ImFont* font) {
    const ImVec2 size = font->CalcTextSizeA(font->FontSize, FLT_MAX, 0, text.c_str());
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float height = ImGui::GetFrameHeight();
    ImGui::Dummy({size.x, height});
    ImGui::GetWindowDrawList()->AddText(font, font->FontSize,
                                        {at.x, std::round(at.y + (height - size.y) * 0.5f)}, packed(colour),
                                        text.c_str());
}

std::string mode_of(const ExplorerState& state) {
    if (state.opening) return "opening";
    if (state.camera.film) return "filming";
    if (state.playback)
        return "playing " + state.playback->name + "  " + std::to_string(state.playback->done) + " / " +
               std::to_string(state.playback->count);
    if (state.paused) return "paused";
    return state.free_camera ? "free camera" : "";
}

std::string rates_of(const Performance& performance) {
    char text[64];
    std::snprintf(text, sizeof text, "%.1f generated/s   %.0f shown/s", performance.generated_fps,
                  performance.shown_fps);
    return text;
}

}  // namespace

float StatusBar::height() {
    return ImGui::GetFrameHeight() + units(12);
}

void StatusBar::draw_controls(const ExplorerState& state, Intents& intents) {
    if (icon_button("pause", state.paused ? Icon::Play : Icon::Pause, state.paused ? "Go on" : "Pause",
                    state.paused))
        intents.toggle_pause = true;
    ImGui::SameLine();
    if (icon_button("step", Icon::Step, "Generate one frame")) intents.single_step = true;
    ImGui::SameLine();
    if (icon_button("restart", Icon::Restart, "Start again from the first frame"))
        intents.restart = StartChoice{state.start_frame, state.seed};
    ImGui::SameLine();
    vertical_line();
    ImGui::SameLine();
    if (icon_button("record", state.recording.active ? Icon::Stop : Icon::Record,
                    state.recording.active ? "Stop recording" : "Record this session", false,
                    packed(palette::kAlert)))
        intents.toggle_recording = true;
    ImGui::SameLine();
    if (icon_button("screenshot", Icon::Camera, "Save this picture")) intents.screenshot = true;
    ImGui::SameLine();
    vertical_line();
}

bool StatusBar::draw(const ExplorerState& state, const Fonts& fonts, Intents& intents) {
    const ImVec2 display = ImGui::GetIO().DisplaySize;
    ImGui::SetNextWindowPos({0, display.y - height()});
    ImGui::SetNextWindowSize({display.x, height()});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {units(12), units(6)});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {units(4), 0});
    ImGui::Begin("##status", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                     ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoNav);
    draw_controls(state, intents);

    ImGui::SameLine(0, units(10));
    if (!state.worlds.empty()) {
        bar_text(state.worlds[static_cast<std::size_t>(state.world)].title, palette::kText, fonts.body);
        ImGui::SameLine(0, units(14));
    }
    bar_text(world_time(state.frame_index, state.frame_rate), palette::kMuted, fonts.mono);
    if (const std::string mode = mode_of(state); !mode.empty()) {
        ImGui::SameLine(0, units(14));
        bar_text(mode, palette::kAccent, fonts.body);
    }

    const std::string rates = rates_of(state.performance);
    const float width = fonts.mono->CalcTextSizeA(fonts.mono->FontSize, FLT_MAX, 0, rates.c_str()).x;
    const float help_x = display.x - ImGui::GetFrameHeight() - units(12);
    if (ImGui::GetCursorPosX() + width < help_x) {
        ImGui::SameLine(help_x - width - units(16));
        bar_text(rates, palette::kMuted, fonts.mono);
    }
    ImGui::SameLine(help_x);
    const bool help = icon_button("help", Icon::Help, "Keys (F1)");
    ImGui::End();
    ImGui::PopStyleVar(4);
    return help;
}

}  // namespace rv::ui
