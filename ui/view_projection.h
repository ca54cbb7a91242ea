#pragma once
/// Where points of the world lie on the screen, for what is drawn over a picture of it.

#include <imgui.h>

#include <array>
#include <optional>

#include "engine/core/camera.h"

namespace rv::ui {

class ViewProjection {
  public:
    /// @param view of the camera, @param lens of its picture, which fills a rectangle of the screen: pixels.
    ViewProjection(const CameraPose& view, const Intrinsics& lens, ImVec2 top_left, ImVec2 size);

    /// Empty for a point that is not before the camera.
    [[nodiscard]] std::optional<ImVec2> point(glm::vec3 world) const;
    /// The part of a straight line that lies before the camera.
    [[nodiscard]] std::optional<std::array<ImVec2, 2>> line(glm::vec3 from, glm::vec3 to) const;

  private:
    [[nodiscard]] glm::vec3 seen(glm::vec3 world) const;
    [[nodiscard]] ImVec2 on_screen(glm::vec3 seen) const;

    CameraPose view_;
    Intrinsics lens_;
    ImVec2 top_left_, scale_;
};

}  // namespace rv::ui
