#include "ui/panels/resume_card.h"

#include "ui/widgets.h"

namespace rv::ui {

std::optional<bool> draw_resume_card(const std::string& unfinished, const Fonts& fonts) {
    const ImVec2 display = ImGui::GetIO().DisplaySize;
    ImGui::SetNextWindowPos({display.x * 0.5f, display.y * 0.42f}, ImGuiCond_Always, {0.5f, 0.5f});
    ImGui::SetNextWindowSize({units(440), 0});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {units(28), units(24)});
    ImGui::Begin("##resume", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoSavedSettings);
    ImGui::PushFont(fonts.figure);
    ImGui::TextUnformatted("Go on where you were?");
    ImGui::PopFont();
    ImGui::Dummy({0, units(4)});
    ImGui::PushFont(fonts.body);
    ImGui::TextWrapped("%s", unfinished.c_str());
    ImGui::Dummy({0, units(8)});
    std::optional<bool> answer;
    const float gap = units(10);
    const ImVec2 size{(ImGui::GetContentRegionAvail().x - gap) * 0.5f, units(36)};
    if (ImGui::Button("Go on", size)) answer = true;
    ImGui::SameLine(0, gap);
    if (ImGui::Button("Leave it", size)) answer = false;
    ImGui::PopFont();
    ImGui::End();
    ImGui::PopStyleVar();
    return answer;
}

}  // namespace rv::ui
