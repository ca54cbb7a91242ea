#include "ui/panels/camera_panel.h"

#include <imgui_stdlib.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <glm/trigonometric.hpp>

#include "ui/widgets.h"

namespace rv::ui {
namespace {

constexpr std::size_t kVisibleKeys = 3;                // the others are scrolled to
constexpr float kShortestLeg = 0.1f, kLongest = 3600;  // seconds that can be dragged to

void show_pose(const CameraPose& pose, const Fonts& fonts) {
    const float yaw = glm::degrees(pose.yaw()), pitch = glm::degrees(pose.pitch());
    // Without a minus before a zero.
    const auto tidy = [](float value) { return std::abs(value) < 0.05f ? 0.0f : value; };
    char text[64];
    ImGui::PushFont(fonts.small);
    std::snprintf(text, sizeof text, "%.1f, %.1f, %.1f m", tidy(pose.position.x), tidy(pose.position.y),
                  tidy(pose.position.z));
    value_row("position", text);
    std::snprintf(text, sizeof text, "%.0f°, %.0f°", tidy(std::round(yaw)), tidy(std::round(pitch)));
    value_row("yaw, pitch", text);
    ImGui::PopFont();
}

// Number, time, and what can be done with a key.
void edit_key(std::span<const CameraKey> keys, std::size_t index, CameraIntents& intents) {
    ImGui::PushID(static_cast<int>(index));
    char label[32];
    std::snprintf(label, sizeof label, "Key %zu", index + 1);
    if (ImGui::Button(label, {units(64), 0})) intents.go_to = index;
    if (ImGui::IsItemHovered()) ImGui::SetTooltip("Put the free camera here");
    ImGui::SameLine();
    const float close = ImGui::GetFrameHeight();
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x - close - ImGui::GetStyle().ItemSpacing.x);
    auto time_s = static_cast<float>(keys[index].time_s);
    ImGui::BeginDisabled(index == 0);
    const float earliest = index == 0 ? 0 : static_cast<float>(keys[index - 1].time_s) + kShortestLeg;
    if (ImGui::DragFloat("##time", &time_s, 0.05f, earliest, kLongest, "at %.1f s",
                         ImGuiSliderFlags_AlwaysClamp))
        intents.retime = {index, time_s};
    ImGui::EndDisabled();
    ImGui::SameLine();
    if (icon_button("remove", Icon::Cross, "Delete this key")) intents.remove = index;
    ImGui::PopID();
}

// Small type and low rows for what is long.
class Compact {
  public:
    explicit Compact(const Fonts& fonts) {
        ImGui::PushFont(fonts.small);
        ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {units(8), units(4)});
        ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {units(6), units(5)});
    }
    ~Compact() {
        ImGui::PopStyleVar(2);
        ImGui::PopFont();
    }
    Compact(const Compact&) = delete;
    Compact& operator=(const Compact&) = delete;
};

float half_row() {
    return (ImGui::GetContentRegionAvail().x - ImGui::GetStyle().ItemSpacing.x) / 2;
}

void edit_keys(const CameraState& camera, const Fonts& fonts, CameraIntents& intents) {
    if (ImGui::Button("Add key here", {-1, 0})) intents.add_key = true;
    if (camera.keys.empty()) return;
    const Compact compact(fonts);
    const auto rows = static_cast<float>(std::min(camera.keys.size(), kVisibleKeys));
    const float gap = ImGui::GetStyle().ItemSpacing.y;
    ImGui::BeginChild("##keys", {0, rows * ImGui::GetFrameHeightWithSpacing() - gap});
    for (std::size_t i = 0; i < camera.keys.size(); ++i) edit_key(camera.keys, i, intents);
    ImGui::EndChild();
    const float width = half_row();
    if (camera.keys.size() > 1) {
        auto duration_s = static_cast<float>(camera.keys.back().time_s);
        ImGui::SetNextItemWidth(width);
        if (ImGui::DragFloat("##duration", &duration_s, 0.05f, 0.5f, kLongest, "%.1f s in all",
                             ImGuiSliderFlags_AlwaysClamp))
            intents.duration_s = duration_s;
        ImGui::SameLine();
    }
    if (ImGui::Button("Delete all", {-1, 0})) intents.clear = true;
}

void choose_film(const CameraState& camera, const Fonts& fonts, CameraIntents& intents) {
    auto fps = static_cast<float>(camera.film_fps);
    int width = camera.film_width;
    char size[32];
    std::snprintf(size, sizeof size, "%%d x %d", camera.film_height);
    {
        const Compact compact(fonts);
        const float half = half_row();
        ImGui::SetNextItemWidth(half);
        if (ImGui::DragFloat("##fps", &fps, 0.25f, 1, 240, "%.4g frames/s", ImGuiSliderFlags_AlwaysClamp))
            intents.look = FilmLook{std::round(fps), width};
        ImGui::SameLine();
        ImGui::SetNextItemWidth(half);
        if (ImGui::DragInt("##width", &width, 8, 64, 7680, size, ImGuiSliderFlags_AlwaysClamp))
            intents.look = FilmLook{camera.film_fps, width};
    }
    if (ImGui::Button("Film this path", {-1, 0})) intents.toggle_film = true;
}

void show_film(const FilmProgress& film, const Fonts& fonts, CameraIntents& intents) {
    char text[64] = "Flying to the first key";
    if (!film.travelling) std::snprintf(text, sizeof text, "Frame %d of %d", film.frames, film.frame_count);
    caption("Filming; the session rests meanwhile");
    ImGui::PushFont(fonts.small);
    ImGui::PushStyleColor(ImGuiCol_PlotHistogram, packed(palette::kAccent, 0.45f));
    ImGui::ProgressBar(static_cast<float>(film.share), {-1, 0}, text);
    ImGui::PopStyleColor();
    ImGui::PopFont();
    if (ImGui::Button("Stop filming", {-1, 0})) intents.toggle_film = true;
}

}  // namespace

void CameraPanel::exchange_files(const CameraState& camera, CameraIntents& intents) {
    caption("As a file for nerfstudio or instant-ngp");
    ImGui::SetNextItemWidth(-1);
    ImGui::InputText("##file", &file_);
    const float half = half_row();
    if (ImGui::Button("Import", {half, 0})) intents.import_from = file_;
    ImGui::SameLine();
    ImGui::BeginDisabled(camera.keys.empty());
    if (ImGui::Button("Export", {half, 0})) intents.export_to = file_;
    ImGui::EndDisabled();
}

void CameraPanel::draw(const ExplorerState& state, const Fonts& fonts, Intents& intents) {
    if (state.worlds.empty()) return;
    ImGui::PushID("camera");
    show_pose(state.camera.pose, fonts);
    if (!state.worlds[static_cast<std::size_t>(state.world)].has_pose) {
        caption("This world follows no camera.");
    } else if (state.camera.film) {
        show_film(*state.camera.film, fonts, intents.camera);
    } else {
        bool free_camera = state.free_camera;
        if (toggle("Free camera", &free_camera)) intents.free_camera = free_camera;
        edit_keys(state.camera, fonts, intents.camera);
        if (!state.camera.keys.empty()) choose_film(state.camera, fonts, intents.camera);
        exchange_files(state.camera, intents.camera);
    }
    ImGui::PopID();
}

}  // namespace rv::ui
