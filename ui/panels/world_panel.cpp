#include "ui/panels/world_panel.h"

#include <algorithm>

#include "ui/picture_atlas.h"
#include "ui/widgets.h"

namespace rv::ui {

namespace {

constexpr float kPickerWidth = 360, kPickerPicture = 112;  // units
constexpr int kPicturesInRow = 3;

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : "  ·  ") + word;
    return text;
}

// A world as a row: its first picture, its name, what it can do. @return whether it was chosen
bool world_row(const ExplorerState& state, const WorldEntry& world, bool selected, const Fonts& fonts) {
    const ImVec2 at = ImGui::GetCursorPos();
    const float height = units(72);
    const bool chosen = ImGui::Selectable("##row", selected, 0, {units(kPickerWidth), height});
    if (ImGui::IsItemHovered() && !world.description.empty())
        ImGui::SetTooltip("%s", world.description.c_str());
    float text = at.x + units(6);
    if (world.first_picture < state.pictures.size() && !world.start_frames.empty()) {
        const PictureView& picture = state.pictures[world.first_picture];
        const float width = std::min(units(kPickerPicture), (height - units(8)) * picture.aspect);
        ImGui::SetCursorPos({at.x + units(4), at.y + (height - width / picture.aspect) * 0.5f});
        picture_item(picture, width);
        text = at.x + width + units(14);
    }
    ImGui::SetCursorPos({text, at.y + units(8)});
    ImGui::TextUnformatted(world.title.c_str());
    ImGui::PushFont(fonts.small);
    ImGui::SetCursorPosX(text);
    ImGui::TextColored(palette::kMuted, "%d x %d", world.width, world.height);
    ImGui::SetCursorPosX(text);
    ImGui::TextColored(palette::kAccent, "%s", joined(world.abilities).c_str());
    ImGui::PopFont();
    ImGui::SetCursorPos({at.x, at.y + height + ImGui::GetStyle().ItemSpacing.y});
    return chosen;
}

}  // namespace

void WorldPanel::choose_world(const ExplorerState& state, const Fonts& fonts, Intents& intents) {
    const WorldEntry& current = state.worlds[static_cast<std::size_t>(state.world)];
    ImGui::SetNextItemWidth(-1);
    if (!ImGui::BeginCombo("##world", state.opening ? "Opening..." : current.title.c_str(),
                           ImGuiComboFlags_HeightLargest))
        return;
    for (std::size_t i = 0; i < state.worlds.size(); ++i) {
        const bool selected = static_cast<int>(i) == state.world;
        ImGui::PushID(static_cast<int>(i));
        if (world_row(state, state.worlds[i], selected, fonts) && !selected)
            intents.open_world = static_cast<int>(i);
        ImGui::PopID();
    }
    ImGui::EndCombo();
}

void WorldPanel::choose_start(const ExplorerState& state, Intents& intents) {
    const WorldEntry& world = state.worlds[static_cast<std::size_t>(state.world)];
    if (world.start_frames.empty()) return;
    caption("Starting frame");
    const float gap = units(6);
    const float width = (ImGui::GetContentRegionAvail().x - (kPicturesInRow - 1) * gap) / kPicturesInRow;
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {gap, gap});
    for (std::size_t i = 0; i < world.start_frames.size(); ++i) {
        if (i % kPicturesInRow > 0) ImGui::SameLine();
        const bool selected = static_cast<int>(i) == state.start_frame;
        ImGui::PushID(static_cast<int>(i));
        const std::size_t picture = world.first_picture + i;
        const bool clicked = picture < state.pictures.size()
                                 ? picture_button("start", state.pictures[picture], width, selected)
                                 : ImGui::Button(world.start_frames[i].c_str(), {width, 0});
        if (clicked) intents.restart = {static_cast<int>(i), state.seed};
        if (ImGui::IsItemHovered())
            ImGui::SetTooltip("%s%s%s", world.start_frames[i].c_str(),
                              world.start_prompts[i].empty() ? "" : ": ", world.start_prompts[i].c_str());
        ImGui::PopID();
    }
    ImGui::PopStyleVar();
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

void WorldPanel::choose_recent(const ExplorerState& state, Intents& intents) {
    if (state.recent.empty()) return;
    caption("Opened lately");
    ImGui::SetNextItemWidth(-1);
    if (!ImGui::BeginCombo("##recent", "Open again")) return;
    for (std::size_t i = 0; i < state.recent.size(); ++i) {
        const std::string& path = state.recent[i];
        ImGui::PushID(static_cast<int>(i));
        if (ImGui::Selectable(path.substr(path.find_last_of('/') + 1).c_str())) intents.open_recent = i;
        if (ImGui::IsItemHovered()) ImGui::SetTooltip("%s", path.c_str());
        ImGui::PopID();
    }
    ImGui::EndCombo();
}

void WorldPanel::draw(const ExplorerState& state, const Fonts& fonts, Intents& intents) {
    if (state.worlds.empty()) return;
    ImGui::PushID("world");
    choose_world(state, fonts, intents);
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
    choose_recent(state, intents);
    ImGui::PopID();
}

}  // namespace rv::ui
