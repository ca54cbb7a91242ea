#include "ui/panels/world_panel.h"

#include "ui/widgets.h"

namespace rv::ui {

void WorldPanel::choose_world(const ExplorerState& state, Intents& intents) {
    const WorldEntry& current = state.worlds[static_cast<std::size_t>(state.world)];
    ImGui::SetNextItemWidth(-1);
    if (!ImGui::BeginCombo("##world", state.opening ? "Opening..." : current.title.c_str())) return;
    for (std::size_t i = 0; i < state.worlds.size(); ++i) {
        const WorldEntry& world = state.worlds[i];
        const bool selected = static_cast<int>(i) == state.world;
        ImGui::PushID(static_cast<int>(i));
        if (ImGui::Selectable(world.title.c_str(), selected) && !selected)
            intents.open_world = static_cast<int>(i);
        ImGui::PopID();
        if (ImGui::IsItemHovered() && !world.description.empty())
            ImGui::SetTooltip("%s", world.description.c_str());
    }
    ImGui::EndCombo();
}

void WorldPanel::choose_start(const ExplorerState& state, Intents& intents) {
    const auto& starts = state.worlds[static_cast<std::size_t>(state.world)].start_frames;
    if (starts.empty()) return;
    caption("Starting frame");
    const auto current = static_cast<std::size_t>(state.start_frame);
    ImGui::SetNextItemWidth(-1);
    if (!ImGui::BeginCombo("##start", current < starts.size() ? starts[current].c_str() : "")) return;
    for (std::size_t i = 0; i < starts.size(); ++i) {
        ImGui::PushID(static_cast<int>(i));
        if (ImGui::Selectable(starts[i].c_str(), i == current))
            intents.restart = {static_cast<int>(i), state.seed};
        ImGui::PopID();
    }
    ImGui::EndCombo();
}

void WorldPanel::edit_seed(const ExplorerState& state, Intents& intents) {
    if (shown_seed_ != state.seed) edited_seed_ = shown_seed_ = state.seed;
    caption("Seed");
    const float button = units(84);
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x - button - ImGui::GetStyle().ItemSpacing.x);
    const bool entered = ImGui::InputScalar("##seed", ImGuiDataType_U64, &edited_seed_, nullptr, nullptr,
                                            nullptr, ImGuiInputTextFlags_EnterReturnsTrue);
    ImGui::SameLine();
    if (ImGui::Button("Restart", {button, 0}) || entered)
        intents.restart = StartChoice{state.start_frame, edited_seed_};
}

void WorldPanel::draw(const ExplorerState& state, const Fonts& fonts, Intents& intents) {
    if (state.worlds.empty()) return;
    ImGui::PushID("world");
    choose_world(state, intents);
    const WorldEntry& world = state.worlds[static_cast<std::size_t>(state.world)];
    if (!world.description.empty()) {
        ImGui::PushFont(fonts.small);
        ImGui::PushStyleColor(ImGuiCol_Text, palette::kMuted);
        ImGui::TextWrapped("%s", world.description.c_str());
        ImGui::PopStyleColor();
        ImGui::PopFont();
    }
    choose_start(state, intents);
    edit_seed(state, intents);
    ImGui::PopID();
}

}  // namespace rv::ui
