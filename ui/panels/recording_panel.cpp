#include "ui/panels/recording_panel.h"

#include <imgui_stdlib.h>

#include <array>

#include "ui/widgets.h"

namespace rv::ui {
namespace {

constexpr std::array kScales = {"As suits", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8"};

void choose_format(const ExplorerState& state, RecordingChoice& choice) {
    caption("Kind of file");
    ImGui::SetNextItemWidth(-1);
    if (!ImGui::BeginCombo("##format",
                           state.recording_formats[static_cast<std::size_t>(choice.format)].label.c_str()))
        return;
    for (std::size_t i = 0; i < state.recording_formats.size(); ++i) {
        const bool selected = static_cast<int>(i) == choice.format;
        if (!ImGui::Selectable(state.recording_formats[i].label.c_str(), selected) || selected) continue;
        choice.format = static_cast<int>(i);
        choice.codec = "auto";  // another kind of file takes other codecs
    }
    ImGui::EndCombo();
}

void choose_scale(RecordingChoice& choice) {
    caption("Enlarged");
    ImGui::SetNextItemWidth(-1);
    ImGui::BeginDisabled(choice.with_interface);  // that has the window's size
    ImGui::SliderInt("##scale", &choice.scale, 0, static_cast<int>(kScales.size()) - 1,
                     kScales[static_cast<std::size_t>(choice.scale)], ImGuiSliderFlags_AlwaysClamp);
    ImGui::EndDisabled();
}

}  // namespace

void RecordingPanel::choose_codec(const RecordingFormat& format, RecordingChoice& choice) {
    if (format.codecs.empty()) return;
    if (shown_ != choice.codec) codec_ = shown_ = choice.codec;
    caption("Codec: any that FFmpeg has");
    const float arrow = ImGui::GetFrameHeight();
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x - arrow);
    ImGui::InputText("##codec", &codec_);
    if (ImGui::IsItemDeactivatedAfterEdit()) choice.codec = codec_.empty() ? "auto" : codec_;
    ImGui::SameLine(0, 0);
    if (!ImGui::BeginCombo("##codecs", nullptr, ImGuiComboFlags_NoPreview)) return;
    if (ImGui::Selectable("auto", choice.codec == "auto")) choice.codec = "auto";
    for (const std::string& name : format.codecs)
        if (ImGui::Selectable(name.c_str(), choice.codec == name)) choice.codec = name;
    ImGui::EndCombo();
}

void RecordingPanel::draw(const ExplorerState& state, const Fonts&, Intents& intents) {
    if (state.recording_formats.empty()) return;
    ImGui::PushID("recording");
    ImGui::BeginDisabled(state.recording.active);
    RecordingChoice choice = state.recording_choice;
    choose_format(state, choice);
    choose_codec(state.recording_formats[static_cast<std::size_t>(choice.format)], choice);
    choose_scale(choice);
    toggle("With the interface", &choice.with_interface);
    if (choice != state.recording_choice) intents.recording_choice = choice;
    ImGui::EndDisabled();
    if (ImGui::Button(state.recording.active ? "Stop recording" : "Record",
                      {ImGui::GetContentRegionAvail().x, 0}))
        intents.toggle_recording = true;
    if (ImGui::Button("Picture in its own window", {ImGui::GetContentRegionAvail().x, 0}))
        intents.toggle_feed = true;
    ImGui::PopID();
}

}  // namespace rv::ui
