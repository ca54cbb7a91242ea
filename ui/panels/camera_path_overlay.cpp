#include "ui/panels/camera_path_overlay.h"

#include <array>
#include <cmath>
#include <glm/geometric.hpp>
#include <string>

#include "renderer/frame_pass.h"
#include "ui/view_projection.h"
#include "ui/widgets.h"

namespace rv::ui {
namespace {

constexpr float kFrustumDepth = 0.35f;  // metres
constexpr float kTooClose = 0.15f;      // metres: a key that the camera stands on

void draw_line(ImDrawList& list, const ViewProjection& view, glm::vec3 a, glm::vec3 b, ImU32 colour,
               float width) {
    if (const auto line = view.line(a, b)) list.AddLine((*line)[0], (*line)[1], colour, width);
}

void draw_ribbon(ImDrawList& list, const ViewProjection& view, std::span<const CameraPose> path, ImU32 colour,
                 float width) {
    for (std::size_t i = 0; i + 1 < path.size(); ++i)
        draw_line(list, view, path[i].position, path[i + 1].position, colour, width);
}

void draw_frustum(ImDrawList& list, const ViewProjection& view, const CameraPose& key, const Intrinsics& lens,
                  ImU32 colour, float width) {
    const float right = 0.5f * static_cast<float>(lens.width) / lens.fx * kFrustumDepth;
    const float up = 0.5f * static_cast<float>(lens.height) / lens.fy * kFrustumDepth;
    const auto corner = [&](float x, float y) {
        return key.position + key.orientation * glm::vec3(x * right, y * up, -kFrustumDepth);
    };
    const std::array corners{corner(-1, 1), corner(1, 1), corner(1, -1), corner(-1, -1)};
    for (std::size_t i = 0; i < corners.size(); ++i) {
        draw_line(list, view, key.position, corners[i], colour, width);
        draw_line(list, view, corners[i], corners[(i + 1) % corners.size()], colour, width);
    }
    draw_line(list, view, (corners[0] + corners[1]) * 0.5f, corner(0, 1.5f), colour, width);  // its up
}

void draw_number(ImDrawList& list, ImVec2 at, std::size_t number, const Fonts& fonts) {
    const std::string text = std::to_string(number);
    const ImVec2 size = fonts.small->CalcTextSizeA(fonts.small->FontSize, FLT_MAX, 0, text.c_str());
    const float radius = units(9);
    list.AddCircleFilled(at, radius, packed(palette::kInk, 0.85f), 24);
    list.AddCircle(at, radius, packed(palette::kAccent), 24, units(1.5f));
    list.AddText(fonts.small, fonts.small->FontSize,
                 {std::round(at.x - size.x * 0.5f), std::round(at.y - size.y * 0.5f)}, packed(palette::kText),
                 text.c_str());
}

}  // namespace

void CameraPathOverlay::draw(const ExplorerState& state, const Fonts& fonts) {
    const CameraState& camera = state.camera;
    if (camera.keys.empty() || camera.film || camera.lens.width <= 0) return;
    if (state.timeline.beside) return;  // two pictures share the window
    const ImVec2 display = ImGui::GetIO().DisplaySize;
    const VkRect2D picture =
        renderer::letterbox(camera.lens.width, camera.lens.height,
                            {static_cast<std::uint32_t>(display.x), static_cast<std::uint32_t>(display.y)});
    const ImVec2 top_left{static_cast<float>(picture.offset.x), static_cast<float>(picture.offset.y)};
    const ImVec2 size{static_cast<float>(picture.extent.width), static_cast<float>(picture.extent.height)};
    const ViewProjection view(camera.pose, camera.lens, top_left, size);

    ImDrawList& list = *ImGui::GetBackgroundDrawList();
    list.PushClipRect(top_left, {top_left.x + size.x, top_left.y + size.y});
    // Dark below bright, so that it can be seen against any picture.
    draw_ribbon(list, view, camera.path, packed(palette::kInk, 0.45f), units(5));
    draw_ribbon(list, view, camera.path, packed(palette::kAccent), units(2.5f));
    for (std::size_t i = 0; i < camera.keys.size(); ++i) {
        const CameraPose& key = camera.keys[i].pose;
        if (glm::distance(key.position, camera.pose.position) < kTooClose) continue;
        draw_frustum(list, view, key, camera.lens, packed(palette::kInk, 0.45f), units(3.5f));
        draw_frustum(list, view, key, camera.lens, packed(palette::kText), units(1.5f));
        if (const auto at = view.point(key.position)) draw_number(list, *at, i + 1, fonts);
    }
    list.PopClipRect();
}

}  // namespace rv::ui
