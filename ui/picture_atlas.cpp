#include "ui/picture_atlas.h"

#include <algorithm>
#include <cstring>

#include "ui/theme.h"
#include "ui/widgets.h"

namespace rv::ui {
namespace {

void draw(const PictureView& picture, ImVec2 at, ImVec2 size, ImU32 border, float thickness) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImVec2 end{at.x + size.x, at.y + size.y};
    list.AddImageRounded(ImGui::GetIO().Fonts->TexID, at, end, picture.uv_min, picture.uv_max, IM_COL32_WHITE,
                         units(5));
    list.AddRect(at, end, border, units(5), 0, thickness);
}

}  // namespace

void PictureAtlas::reserve(ImFontAtlas& atlas) {
    places_.clear();
    for (const Picture& picture : pictures_)
        places_.push_back(atlas.AddCustomRectRegular(picture.width, picture.height));
}

void PictureAtlas::fill(ImFontAtlas& atlas) {
    unsigned char* pixels = nullptr;
    int width = 0, height = 0;
    atlas.GetTexDataAsRGBA32(&pixels, &width, &height);
    views_.clear();
    for (std::size_t i = 0; i < pictures_.size(); ++i) {
        const Picture& picture = pictures_[i];
        const ImFontAtlasCustomRect& place = *atlas.GetCustomRectByIndex(places_[i]);
        const auto row = static_cast<std::size_t>(picture.width) * 4;
        for (int y = 0; y < picture.height; ++y)
            std::memcpy(
                pixels +
                    (static_cast<std::size_t>(place.Y + y) * static_cast<std::size_t>(width) + place.X) * 4,
                picture.rgba.data() + static_cast<std::size_t>(y) * row, row);
        PictureView view;
        atlas.CalcCustomRectUV(&place, &view.uv_min, &view.uv_max);
        view.aspect = static_cast<float>(picture.width) / static_cast<float>(std::max(picture.height, 1));
        views_.push_back(view);
    }
}

bool picture_button(const char* id, const PictureView& picture, float width, bool selected) {
    const ImVec2 at = ImGui::GetCursorScreenPos(), size{width, width / picture.aspect};
    const bool clicked = ImGui::InvisibleButton(id, size);
    const bool hovered = item_pointed();
    const ImU32 border = selected  ? packed(palette::kAccent)
                         : hovered ? packed(palette::kText, 0.6f)
                                   : packed(palette::kText, 0.14f);
    draw(picture, at, size, border, selected ? units(2) : units(1));
    return clicked;
}

void picture_item(const PictureView& picture, float width) {
    const ImVec2 at = ImGui::GetCursorScreenPos(), size{width, width / picture.aspect};
    ImGui::Dummy(size);
    draw(picture, at, size, packed(palette::kText, 0.14f), units(1));
}

}  // namespace rv::ui
