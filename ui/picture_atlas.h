#pragma once
/// Small pictures for the panels. They lie in the font atlas, the one texture that the Vulkan back end of
/// Dear ImGui 1.86 draws from.

#include <imgui.h>

#include <cstdint>
#include <span>
#include <vector>

namespace rv::ui {

/// RGBA8, rows from the top without gaps.
struct Picture {
    int width = 0, height = 0;
    std::vector<std::uint8_t> rgba;
};

/// Where a picture lies in the atlas.
struct PictureView {
    ImVec2 uv_min, uv_max;
    float aspect = 1;  ///< width over height
};

class PictureAtlas {
  public:
    /// Replaces all pictures; to be followed by reserve() and fill() on an empty atlas.
    void set(std::vector<Picture> pictures) { pictures_ = std::move(pictures); }
    /// Before the atlas is built.
    void reserve(ImFontAtlas& atlas);
    /// Builds the atlas with the pictures in it.
    void fill(ImFontAtlas& atlas);
    /// In the order of set().
    [[nodiscard]] std::span<const PictureView> views() const { return views_; }

  private:
    std::vector<Picture> pictures_;
    std::vector<int> places_;  // custom rectangles of the atlas
    std::vector<PictureView> views_;
};

/// A picture to click, `width` pixels wide; lit where it is selected. @return whether it was clicked.
bool picture_button(const char* id, const PictureView& picture, float width, bool selected);
/// The same to look at.
void picture_item(const PictureView& picture, float width);

}  // namespace rv::ui
