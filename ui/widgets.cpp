#include "ui/widgets.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "ui/theme.h"

namespace rv::ui {
namespace {

float g_unit_scale = 1.0f;  // ImGui has one context a process, and so has its scale

ImVec2 operator+(ImVec2 a, ImVec2 b) {
    return {a.x + b.x, a.y + b.y};
}

std::string shortened(const char* text, float max_width) {
    std::string result = text;
    if (ImGui::CalcTextSize(result.c_str()).x <= max_width) return result;
    while (!result.empty() && ImGui::CalcTextSize((result + "...").c_str()).x > max_width) {
        // Never cut inside a UTF-8 sequence.
        while (!result.empty() && (result.back() & 0xC0) == 0x80) result.pop_back();
        if (!result.empty()) result.pop_back();
    }
    return result + "...";
}

void draw_restart(ImDrawList& list, ImVec2 c, float r, ImU32 colour, float line) {
    list.PathArcTo(c, r, -0.9f, 4.4f, 24);
    list.PathStroke(colour, 0, line);
    const ImVec2 tip{c.x + r * std::cos(-0.9f), c.y + r * std::sin(-0.9f)};
    list.AddTriangleFilled(tip + ImVec2{-r * 0.75f, -r * 0.05f}, tip + ImVec2{r * 0.32f, -r * 0.5f},
                           tip + ImVec2{r * 0.22f, r * 0.55f}, colour);
}

void draw_camera(ImDrawList& list, ImVec2 c, float h, ImU32 colour, float line) {
    list.AddRect(c + ImVec2{-h, -h * 0.55f}, c + ImVec2{h, h * 0.75f}, colour, h * 0.3f, 0, line);
    list.AddRectFilled(c + ImVec2{-h * 0.4f, -h * 0.85f}, c + ImVec2{h * 0.4f, -h * 0.5f}, colour, h * 0.15f);
    list.AddCircle(c + ImVec2{0, h * 0.1f}, h * 0.36f, colour, 20, line);
}

void draw_expand(ImDrawList& list, ImVec2 c, float h, ImU32 colour, float line) {
    for (const float x : {-1.0f, 1.0f}) {
        for (const float y : {-1.0f, 1.0f}) {
            const ImVec2 corner{c.x + x * h, c.y + y * h};
            list.AddLine(corner, corner + ImVec2{-x * h * 0.7f, 0}, colour, line);
            list.AddLine(corner, corner + ImVec2{0, -y * h * 0.7f}, colour, line);
        }
    }
}

void draw_bookmark(ImDrawList& list, ImVec2 c, float h, ImU32 colour) {
    const float half = h * 0.55f;
    const ImVec2 notch = c + ImVec2{0, h * 0.45f};
    list.AddQuadFilled(c + ImVec2{-half, -h}, c + ImVec2{0, -h}, notch, c + ImVec2{-half, h}, colour);
    list.AddQuadFilled(c + ImVec2{0, -h}, c + ImVec2{half, -h}, c + ImVec2{half, h}, notch, colour);
}

void draw_branches(ImDrawList& list, ImVec2 c, float h, ImU32 colour, float line) {
    const ImVec2 root = c + ImVec2{-h, h * 0.6f}, tip = c + ImVec2{h, h * 0.6f},
                 fork = c + ImVec2{h, -h * 0.6f};
    list.AddLine(root, tip, colour, line);
    list.AddBezierCubic(root, c + ImVec2{0, h * 0.6f}, c + ImVec2{-h * 0.2f, -h * 0.6f}, fork, colour, line);
    for (const ImVec2& end : {root, tip, fork}) list.AddCircleFilled(end, h * 0.3f, colour, 16);
}

}  // namespace

float units(float value) {
    return value * g_unit_scale;
}
void set_unit_scale(float scale) {
    g_unit_scale = scale;
}

void draw_icon(ImDrawList& list, Icon icon, ImVec2 c, float size, ImU32 colour) {
    const float h = size * 0.5f;
    const float line = std::max(1.5f, size * 0.11f);
    switch (icon) {
        case Icon::Play:
            list.AddTriangleFilled(c + ImVec2{-h * 0.6f, -h * 0.85f}, c + ImVec2{-h * 0.6f, h * 0.85f},
                                   c + ImVec2{h * 0.9f, 0}, colour);
            break;
        case Icon::Pause:
            for (const float x : {-0.42f, 0.42f})
                list.AddRectFilled(c + ImVec2{(x - 0.22f) * h, -h * 0.8f},
                                   c + ImVec2{(x + 0.22f) * h, h * 0.8f}, colour, h * 0.12f);
            break;
        case Icon::Step:
            list.AddTriangleFilled(c + ImVec2{-h * 0.75f, -h * 0.8f}, c + ImVec2{-h * 0.75f, h * 0.8f},
                                   c + ImVec2{h * 0.45f, 0}, colour);
            list.AddRectFilled(c + ImVec2{h * 0.45f, -h * 0.8f}, c + ImVec2{h * 0.8f, h * 0.8f}, colour,
                               h * 0.1f);
            break;
        case Icon::Restart:
            draw_restart(list, c, h * 0.78f, colour, line);
            break;
        case Icon::Record:
            list.AddCircleFilled(c, h * 0.72f, colour, 24);
            break;
        case Icon::Stop:
            list.AddRectFilled(c + ImVec2{-h * 0.62f, -h * 0.62f}, c + ImVec2{h * 0.62f, h * 0.62f}, colour,
                               h * 0.18f);
            break;
        case Icon::Camera:
            draw_camera(list, c, h * 0.9f, colour, line);
            break;
        case Icon::Help: {
            ImFont* font = ImGui::GetFont();
            const ImVec2 text = font->CalcTextSizeA(size * 0.8f, FLT_MAX, 0, "?");
            list.AddCircle(c, h, colour, 32, line * 0.75f);
            list.AddText(font, size * 0.8f, {c.x - text.x * 0.5f, c.y - text.y * 0.5f}, colour, "?");
            break;
        }
        case Icon::Expand:
            draw_expand(list, c, h * 0.75f, colour, line);
            break;
        case Icon::Bookmark:
            draw_bookmark(list, c, h * 0.8f, colour);
            break;
        case Icon::Branches:
            draw_branches(list, c, h * 0.75f, colour, line);
            break;
        case Icon::Cross:
            for (const float x : {-0.6f, 0.6f})
                list.AddLine(c + ImVec2{-x * h, -0.6f * h}, c + ImVec2{x * h, 0.6f * h}, colour, line);
            break;
    }
}

bool item_pointed() {
    if (!ImGui::IsItemFocused() || !(ImGui::GetIO().ConfigFlags & ImGuiConfigFlags_NavEnableKeyboard))
        return ImGui::IsItemHovered();
    const float gap = units(2);
    const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
    ImGui::GetWindowDrawList()->AddRect({low.x - gap, low.y - gap}, {high.x + gap, high.y + gap},
                                        packed(palette::kAccent), units(6), 0, units(1.5f));
    return true;
}

bool icon_button(const char* id, Icon icon, const char* tooltip, bool lit, ImU32 colour) {
    const float side = ImGui::GetFrameHeight();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const bool pressed = ImGui::InvisibleButton(id, {side, side});
    const bool hovered = item_pointed();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (hovered || lit) {
        const ImU32 back = lit ? packed(palette::kAccent, ImGui::IsItemActive() ? 0.40f : 0.24f)
                               : packed(ImGui::IsItemActive() ? palette::kRaised : palette::kHovered);
        list.AddRectFilled(at, at + ImVec2{side, side}, back, units(6));
    }
    if (colour == 0) colour = packed(lit ? palette::kAccent : palette::kText, hovered || lit ? 1.0f : 0.82f);
    draw_icon(list, icon, at + ImVec2{side * 0.5f, side * 0.5f}, side * 0.48f, colour);
    if (hovered && tooltip) ImGui::SetTooltip("%s", tooltip);
    return pressed;
}

float chip_width(const char* text, float max_width) {
    return std::min(ImGui::CalcTextSize(text).x + units(20), max_width);
}

bool chip(const char* text, bool selected, float max_width) {
    const float width = chip_width(text, max_width);
    const ImVec2 size{width, ImGui::GetFontSize() + units(10)};
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const bool pressed = ImGui::InvisibleButton(text, size);
    const bool hovered = item_pointed();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImU32 back = selected  ? packed(palette::kAccent, 0.24f)
                       : hovered ? packed(palette::kHovered)
                                 : packed(palette::kRaised);
    list.AddRectFilled(at, at + size, back, size.y * 0.5f);
    const std::string label = shortened(text, width - units(20));
    list.AddText(at + ImVec2{units(10), units(5)}, packed(selected ? palette::kAccent : palette::kText),
                 label.c_str());
    if (hovered && label != text) ImGui::SetTooltip("%s", text);
    return pressed;
}

bool toggle(const char* label, bool* value) {
    const float height = std::round(ImGui::GetFontSize() * 1.1f), width = height * 1.8f;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float text_width = ImGui::CalcTextSize(label).x;
    const bool pressed = ImGui::InvisibleButton(label, {width + units(10) + text_width, height});
    if (pressed) *value = !*value;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const bool hovered = item_pointed();
    const ImU32 track = *value ? packed(palette::kAccent, hovered ? 1.0f : 0.85f)
                               : packed(hovered ? palette::kHovered : palette::kRaised);
    list.AddRectFilled(at, at + ImVec2{width, height}, track, height * 0.5f);
    const float x = *value ? width - height * 0.5f : height * 0.5f;
    list.AddCircleFilled(at + ImVec2{x, height * 0.5f}, height * 0.5f - units(2.5f),
                         packed(*value ? palette::kInk : palette::kMuted), 20);
    list.AddText(at + ImVec2{width + units(10), (height - ImGui::GetFontSize()) * 0.5f},
                 packed(palette::kText), label);
    return pressed;
}

void value_row(const char* label, std::string_view value, ImU32 colour) {
    const float right = ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x;
    const float label_width = ImGui::CalcTextSize(label).x;
    ImGui::TextColored(palette::kMuted, "%s", label);
    const std::string shown =
        shortened(std::string(value).c_str(), ImGui::GetContentRegionAvail().x - label_width - units(14));
    ImGui::SameLine();
    ImGui::SetCursorPosX(right - ImGui::CalcTextSize(shown.c_str()).x);
    ImGui::PushStyleColor(ImGuiCol_Text, colour ? colour : packed(palette::kText));
    ImGui::TextUnformatted(shown.c_str());
    ImGui::PopStyleColor();
    if (shown != value && ImGui::IsItemHovered()) ImGui::SetTooltip("%.*s", int(value.size()), value.data());
}

void caption(const char* text) {
    ImGui::TextColored(palette::kMuted, "%s", text);
}

void keycap(ImDrawList& list, ImVec2 at, ImVec2 size, const char* label, float pressed) {
    pressed = std::clamp(pressed, 0.0f, 1.0f);
    const float rounding = units(6);
    const auto mix = [&](float a, float b) { return a + (b - a) * pressed; };
    using palette::kAccent, palette::kGlass;
    const ImVec4 face{mix(kGlass.x, kAccent.x), mix(kGlass.y, kAccent.y), mix(kGlass.z, kAccent.z),
                      mix(0.55f, 0.92f)};
    list.AddRectFilled(at, at + size, packed(face), rounding);
    list.AddRect(at, at + size, packed(palette::kText, mix(0.22f, 0.65f)), rounding, 0, units(1));
    const ImVec2 text = ImGui::CalcTextSize(label);
    const ImVec2 where{std::round(at.x + (size.x - text.x) * 0.5f),
                       std::round(at.y + (size.y - text.y) * 0.5f)};
    list.AddText(where, pressed > 0.5f ? packed(palette::kInk) : packed(palette::kText, 0.85f), label);
}

void keycap_item(const char* label, float pressed) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float height = ImGui::GetFontSize() + units(7);
    const ImVec2 size{std::max(height, ImGui::CalcTextSize(label).x + units(14)), height};
    ImGui::Dummy(size);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(at, at + size, packed(pressed > 0 ? palette::kAccent : palette::kRaised), units(5));
    list.AddRect(at, at + size, packed(palette::kText, 0.16f), units(5));
    const ImVec2 text = ImGui::CalcTextSize(label);
    list.AddText({std::round(at.x + (size.x - text.x) * 0.5f), std::round(at.y + (size.y - text.y) * 0.5f)},
                 packed(pressed > 0 ? palette::kInk : palette::kText), label);
}

std::optional<std::size_t> one_of(std::span<const char* const> names, std::size_t selected) {
    std::optional<std::size_t> pressed;
    const float gap = units(6), count = static_cast<float>(names.size());
    const float width = (ImGui::GetContentRegionAvail().x - (count - 1) * gap) / count;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) ImGui::SameLine(0, gap);
        const bool lit = i == selected;
        if (lit) {
            ImGui::PushStyleColor(ImGuiCol_Button,
                                  ImVec4(palette::kAccent.x, palette::kAccent.y, palette::kAccent.z, 0.24f));
            ImGui::PushStyleColor(ImGuiCol_Text, palette::kAccent);
        }
        if (ImGui::Button(names[i], {width, 0})) pressed = i;
        if (lit) ImGui::PopStyleColor(2);
    }
    return pressed;
}

void history_graph(std::span<const float> values, float top, float mark, ImVec2 size) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::Dummy(size);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(at, at + size, packed(palette::kRaised, 0.55f), units(6));
    list.PushClipRect(at, at + size, true);
    const auto height_of = [&](float value) {
        return at.y + size.y * (1.0f - std::clamp(value / top, 0.0f, 1.0f));
    };
    if (values.size() > 1) {
        const float step = size.x / float(values.size() - 1);
        for (std::size_t i = 0; i + 1 < values.size(); ++i) {
            const ImVec2 a{at.x + step * float(i), height_of(values[i])};
            const ImVec2 b{at.x + step * float(i + 1), height_of(values[i + 1])};
            list.AddQuadFilled({a.x, at.y + size.y}, a, b, {b.x, at.y + size.y},
                               packed(palette::kAccent, 0.16f));
            list.AddLine(a, b, packed(palette::kAccent), units(1.5f));
        }
    }
    if (mark > 0 && mark < top) {
        for (float x = at.x; x < at.x + size.x; x += units(7))
            list.AddLine({x, height_of(mark)}, {x + units(3), height_of(mark)},
                         packed(palette::kText, 0.30f));
    }
    list.PopClipRect();
}

bool section(const char* title, ImFont* heading, bool open_at_first) {
    ImGuiStorage& storage = *ImGui::GetStateStorage();
    const ImGuiID id = ImGui::GetID(title);
    bool open = storage.GetBool(id, open_at_first);
    ImGui::PushFont(heading);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const ImVec2 size{ImGui::GetContentRegionAvail().x, ImGui::GetFontSize() + units(6)};
    if (ImGui::InvisibleButton(title, size)) storage.SetBool(id, open = !open);
    const ImU32 colour = packed(item_pointed() ? palette::kAccent : palette::kText);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddText(at + ImVec2{0, units(3)}, colour, title);
    const ImVec2 c{at.x + size.x - units(8), at.y + size.y * 0.5f};
    const float h = units(4);
    const ImU32 faint = packed(palette::kMuted);
    if (open) {
        list.AddLine({c.x - h, c.y - h * 0.5f}, {c.x, c.y + h * 0.5f}, faint, units(1.5f));
        list.AddLine({c.x, c.y + h * 0.5f}, {c.x + h, c.y - h * 0.5f}, faint, units(1.5f));
    } else {
        list.AddLine({c.x - h * 0.5f, c.y - h}, {c.x + h * 0.5f, c.y}, faint, units(1.5f));
        list.AddLine({c.x + h * 0.5f, c.y}, {c.x - h * 0.5f, c.y + h}, faint, units(1.5f));
    }
    ImGui::PopFont();
    return open;
}

}  // namespace rv::ui
