#include "ui/view_projection.h"

#include <glm/common.hpp>

namespace rv::ui {
namespace {

constexpr float kNear = 0.05f;  // metres before the camera where drawing begins

}  // namespace

ViewProjection::ViewProjection(const CameraPose& view, const Intrinsics& lens, ImVec2 top_left, ImVec2 size)
    : view_(view),
      lens_(lens),
      top_left_(top_left),
      scale_{size.x / static_cast<float>(lens.width), size.y / static_cast<float>(lens.height)} {}

glm::vec3 ViewProjection::seen(glm::vec3 world) const {
    return glm::conjugate(view_.orientation) * (world - view_.position);
}

ImVec2 ViewProjection::on_screen(glm::vec3 seen) const {
    const float x = lens_.cx + lens_.fx * seen.x / -seen.z, y = lens_.cy - lens_.fy * seen.y / -seen.z;
    return {top_left_.x + x * scale_.x, top_left_.y + y * scale_.y};
}

std::optional<ImVec2> ViewProjection::point(glm::vec3 world) const {
    const glm::vec3 p = seen(world);
    if (-p.z < kNear) return std::nullopt;
    return on_screen(p);
}

std::optional<std::array<ImVec2, 2>> ViewProjection::line(glm::vec3 from, glm::vec3 to) const {
    glm::vec3 a = seen(from), b = seen(to);
    if (-a.z < kNear && -b.z < kNear) return std::nullopt;
    const auto cut = [&] { return glm::mix(a, b, (-kNear - a.z) / (b.z - a.z)); };
    if (-a.z < kNear)
        a = cut();
    else if (-b.z < kNear)
        b = cut();
    return std::array{on_screen(a), on_screen(b)};
}

}  // namespace rv::ui
