#include "ui/panels/prompt_panel.h"

#include <imgui_stdlib.h>

#include "ui/widgets.h"

namespace rv::ui {

void PromptPanel::draw_presets(const ExplorerState& state, const Fonts& fonts, Intents& intents) {
    const auto& presets = state.worlds[static_cast<std::size_t>(state.world)].prompts;
    if (presets.empty()) return;
    ImGui::PushFont(fonts.small);
    const float row = ImGui::GetContentRegionAvail().x;
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {units(6), units(6)});
    float used = 0;
    for (std::size_t i = 0; i < presets.size(); ++i) {
        const float width = chip_width(presets[i].c_str(), row);
        if (i > 0 && used + units(6) + width <= row) {
            ImGui::SameLine();
            used += units(6);
        } else {
            used = 0;
        }
        used += width;
        ImGui::PushID(static_cast<int>(i));
        if (chip(presets[i].c_str(), presets[i] == state.prompt, row)) intents.prompt = presets[i];
        ImGui::PopID();
    }
    ImGui::PopStyleVar();
    ImGui::PopFont();
}

void PromptPanel::draw(const ExplorerState& state, const Fonts& fonts, Intents& intents) {
    if (state.worlds.empty() || !state.worlds[static_cast<std::size_t>(state.world)].has_prompt) {
        caption("This world follows no prompt.");
        return;
    }
    ImGui::PushID("prompt");
    if (shown_ != state.prompt) text_ = shown_ = state.prompt;
    if (focus_) ImGui::SetKeyboardFocusHere();
    focus_ = false;
    ImGui::SetNextItemWidth(-1);
    if (ImGui::InputTextWithHint("##text", "what should the world be like?", &text_,
                                 ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll))
        intents.prompt = text_;
    if (text_ != state.prompt) {
        ImGui::PushFont(fonts.small);
        ImGui::TextColored(palette::kAccent, "Enter applies it to the next frame");
        ImGui::PopFont();
    }
    draw_presets(state, fonts, intents);
    ImGui::PopID();
}

}  // namespace rv::ui
