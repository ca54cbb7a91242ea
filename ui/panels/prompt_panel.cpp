#include "ui/panels/prompt_panel.h"

#include <imgui_stdlib.h>

#include <algorithm>

#include "ui/widgets.h"

namespace rv::ui {
namespace {

constexpr float kLongestFade = 10;   // seconds
constexpr float kMostGuidance = 4;   // beyond, pictures burn out
constexpr double kSetGuidance = 2;   // at first, when it is taken from the world
constexpr std::size_t kEarlier = 4;  // chips; the box has them all

// In rows, as many as fit. @return the index of the one that was pressed
template <class Names>
std::optional<std::size_t> chips(const Names& names, const std::string& selected, const Fonts& fonts) {
    std::optional<std::size_t> pressed;
    ImGui::PushFont(fonts.small);
    const float row = ImGui::GetContentRegionAvail().x;
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {units(6), units(6)});
    float used = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const float width = chip_width(names[i].c_str(), row);
        if (i > 0 && used + units(6) + width <= row) {
            ImGui::SameLine();
            used += units(6);
        } else {
            used = 0;
        }
        used += width;
        ImGui::PushID(static_cast<int>(i));
        if (chip(names[i].c_str(), names[i] == selected, row)) pressed = i;
        ImGui::PopID();
    }
    ImGui::PopStyleVar();
    ImGui::PopFont();
    return pressed;
}

void choose_fade(const ExplorerState& state, Intents& intents) {
    auto seconds = static_cast<float>(state.fade_seconds);
    caption("A new prompt arrives");
    ImGui::SetNextItemWidth(-1);
    if (ImGui::SliderFloat("##fade", &seconds, 0, kLongestFade, seconds > 0 ? "over %.1f s" : "at once",
                           ImGuiSliderFlags_AlwaysClamp))
        intents.fade_seconds = seconds;
}

void choose_guidance(const ExplorerState& state, Intents& intents) {
    bool set = state.guidance > 0;
    if (toggle("Set how much it counts", &set)) intents.guidance = set ? kSetGuidance : 0;
    if (ImGui::IsItemHovered())
        ImGui::SetTooltip("Guidance: 1 is as learned, more exaggerates the prompt and costs time.");
    if (state.guidance <= 0) return;
    auto guidance = static_cast<float>(state.guidance);
    ImGui::SetNextItemWidth(-1);
    if (ImGui::SliderFloat("##guidance", &guidance, 1, kMostGuidance, "%.1f times",
                           ImGuiSliderFlags_AlwaysClamp))
        intents.guidance = guidance;
}

}  // namespace

void PromptPanel::browse(ImGuiInputTextCallbackData& data, std::span<const std::string> earlier) {
    const int back = data.EventKey == ImGuiKey_UpArrow ? 1 : -1;
    const int wanted = std::clamp(browsed_ + back, -1, static_cast<int>(earlier.size()) - 1);
    if (wanted == browsed_) return;
    browsed_ = wanted;
    const std::string& text = wanted < 0 ? shown_ : earlier[static_cast<std::size_t>(wanted)];
    data.DeleteChars(0, data.BufTextLen);
    data.InsertChars(0, text.c_str());
}

void PromptPanel::edit(const ExplorerState& state, Intents& intents) {
    if (shown_ != state.prompt) {
        text_ = shown_ = state.prompt;
        browsed_ = -1;
    }
    if (focus_) ImGui::SetKeyboardFocusHere();
    focus_ = false;
    struct Browsing {
        PromptPanel& panel;
        std::span<const std::string> earlier;
    } browsing{*this, state.earlier_prompts};
    const auto callback = [](ImGuiInputTextCallbackData* data) {
        auto& b = *static_cast<Browsing*>(data->UserData);
        b.panel.browse(*data, b.earlier);
        return 0;
    };
    ImGui::SetNextItemWidth(-1);
    if (ImGui::InputTextWithHint("##text", "what should the world be like?", &text_,
                                 ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll |
                                     ImGuiInputTextFlags_CallbackHistory,
                                 callback, &browsing))
        intents.prompt = text_;
}

void PromptPanel::draw(const ExplorerState& state, const Fonts& fonts, Intents& intents) {
    if (state.worlds.empty() || !state.worlds[static_cast<std::size_t>(state.world)].has_prompt) {
        caption("This world follows no prompt.");
        return;
    }
    ImGui::PushID("prompt");
    edit(state, intents);
    if (text_ != state.prompt) {
        ImGui::PushFont(fonts.small);
        ImGui::TextColored(palette::kAccent, "Enter applies it to the next frame");
        ImGui::PopFont();
    }
    const auto& presets = state.worlds[static_cast<std::size_t>(state.world)].prompts;
    if (const auto pressed = chips(presets, state.prompt, fonts)) intents.prompt = presets[*pressed];
    if (!state.earlier_prompts.empty()) {
        caption("Earlier");
        ImGui::PushID("earlier");
        const auto shown = state.earlier_prompts.first(std::min(kEarlier, state.earlier_prompts.size()));
        if (const auto pressed = chips(shown, state.prompt, fonts)) intents.prompt = shown[*pressed];
        ImGui::PopID();
    }
    ImGui::PushFont(fonts.small);
    choose_fade(state, intents);
    choose_guidance(state, intents);
    ImGui::PopFont();
    ImGui::PopID();
}

}  // namespace rv::ui
