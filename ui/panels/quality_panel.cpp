#include "ui/panels/quality_panel.h"

#include <array>

#include "ui/widgets.h"

namespace rv::ui {
namespace {

constexpr std::array kFilterNames = {"Edge-aware", "Bilinear", "Nearest"};

void choose_filter(const ExplorerState& state, Intents& intents) {
    caption("Upscaling");
    const float gap = units(6);
    const float width = (ImGui::GetContentRegionAvail().x - 2 * gap) / 3;
    for (int i = 0; i < 3; ++i) {
        if (i > 0) ImGui::SameLine(0, gap);
        const bool selected = static_cast<int>(state.filter) == i;
        if (selected) {
            ImGui::PushStyleColor(ImGuiCol_Button,
                                  ImVec4(palette::kAccent.x, palette::kAccent.y, palette::kAccent.z, 0.24f));
            ImGui::PushStyleColor(ImGuiCol_Text, palette::kAccent);
        }
        if (ImGui::Button(kFilterNames[static_cast<std::size_t>(i)], {width, 0}))
            intents.filter = static_cast<Filter>(i);
        if (selected) ImGui::PopStyleColor(2);
    }
}

}  // namespace

void QualityPanel::draw(const ExplorerState& state, const Fonts& fonts, Intents& intents) {
    if (state.worlds.empty()) return;
    const WorldEntry& world = state.worlds[static_cast<std::size_t>(state.world)];
    ImGui::PushID("quality");
    if (world.max_sampler_steps > 1) {
        int steps = state.sampler_steps;
        caption("Sampler steps a frame");
        ImGui::SetNextItemWidth(-1);
        if (ImGui::SliderInt("##steps", &steps, 1, world.max_sampler_steps, "%d",
                             ImGuiSliderFlags_AlwaysClamp))
            intents.sampler_steps = steps;
    }
    ImGui::PushFont(fonts.small);
    choose_filter(state, intents);
    ImGui::PopFont();
    if (world.has_pose) {
        bool free_camera = state.free_camera;
        if (toggle("Free camera", &free_camera)) intents.free_camera = free_camera;
    }
    ImGui::PopID();
}

}  // namespace rv::ui
