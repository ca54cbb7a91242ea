#include "ui/panels/keys_overlay.h"

#include <algorithm>
#include <cmath>

#include "ui/widgets.h"

namespace rv::ui {
namespace {

// A stick that shows turning and looking.
void draw_stick(ImDrawList& list, ImVec2 centre, float radius, float turn, float look) {
    list.AddCircleFilled(centre, radius, packed(palette::kGlass, 0.62f), 40);
    list.AddCircle(centre, radius, packed(palette::kText, 0.22f), 40, units(1));
    const float knob = radius * 0.34f;
    const float travel = radius - knob - units(3);
    const float length = std::max(1.0f, std::hypot(turn, look));
    const ImVec2 at{centre.x + turn / length * travel, centre.y - look / length * travel};
    const float effort = std::clamp(std::hypot(turn, look), 0.0f, 1.0f);
    if (effort > 0.02f) list.AddLine(centre, at, packed(palette::kAccent, 0.5f), units(2));
    list.AddCircleFilled(at, knob, packed(effort > 0.02f ? palette::kAccent : palette::kMuted, 0.9f), 24);
}

}  // namespace

void KeysOverlay::draw(const ExplorerState& state, const Fonts& fonts, ImVec2 bottom_centre) {
    ImDrawList& list = *ImGui::GetBackgroundDrawList();
    const auto pressed = [&](OverlayKey key) { return state.keys[static_cast<std::size_t>(key)]; };
    const float side = units(34), gap = units(5), pitch = side + gap;
    const float stick = side + gap * 0.5f;
    const float wide = side * 1.75f;
    const float total = wide + gap + 3 * pitch + units(14) + 2 * stick;
    const float left = std::round(bottom_centre.x - total * 0.5f);
    const float row2 = std::round(bottom_centre.y - side), row1 = row2 - pitch;

    ImGui::PushFont(fonts.small);
    keycap(list, {left, row1}, {wide, side}, "Shift", pressed(OverlayKey::Run));
    keycap(list, {left, row2}, {wide, side}, "Space", pressed(OverlayKey::Jump));
    ImGui::PopFont();
    const float x = left + wide + gap;
    ImGui::PushFont(fonts.heading);
    keycap(list, {x + pitch, row1}, {side, side}, "W", pressed(OverlayKey::Forward));
    keycap(list, {x, row2}, {side, side}, "A", pressed(OverlayKey::Left));
    keycap(list, {x + pitch, row2}, {side, side}, "S", pressed(OverlayKey::Back));
    keycap(list, {x + 2 * pitch, row2}, {side, side}, "D", pressed(OverlayKey::Right));
    ImGui::PopFont();
    draw_stick(list, {x + 3 * pitch + units(14) + stick, row2 - gap * 0.5f}, stick, state.turn, state.look);
}

}  // namespace rv::ui
