#pragma once
/// The few controls that Dear ImGui does not bring, in the explorer's look. All sizes are in pixels that
/// already carry the display's scale, unless they are called `units` (96 dpi pixels).

#include <imgui.h>

#include <optional>
#include <span>
#include <string_view>

namespace rv::ui {

/// 96 dpi pixels to pixels, from the current font's size.
float units(float value);
/// Sets what units() multiplies with. @param scale pixels that a 96 dpi pixel takes.
void set_unit_scale(float scale);

enum class Icon { Play, Pause, Step, Restart, Record, Stop, Camera, Help, Expand, Cross, Bookmark, Branches };

/// Draws an icon into the square around `centre`.
void draw_icon(ImDrawList& list, Icon icon, ImVec2 centre, float size, ImU32 colour);

/// Whether the cursor or the keyboard is on the last item; draws a ring around it where the keyboard is.
bool item_pointed();

/// A square, flat button. @param lit draws it in the accent colour. @return whether it was pressed.
bool icon_button(const char* id, Icon icon, const char* tooltip, bool lit = false, ImU32 colour = 0);

/// A small rounded button with text that fits its text, at most `max_width` wide; long text ends in an
/// ellipsis.
bool chip(const char* text, bool selected, float max_width);
/// The width that chip() will take.
float chip_width(const char* text, float max_width);

/// An on and off switch with a label to its right.
bool toggle(const char* label, bool* value);

/// Buttons side by side over the whole width, of which one is lit. @return the one that was pressed.
std::optional<std::size_t> one_of(std::span<const char* const> names, std::size_t selected);

/// "label ........ value" over the whole width.
void value_row(const char* label, std::string_view value, ImU32 colour = 0);

/// A muted caption above a field.
void caption(const char* text);

/// The cap of a key, lit by `pressed` in [0, 1].
void keycap(ImDrawList& list, ImVec2 top_left, ImVec2 size, const char* label, float pressed);
/// The same as an item in the current line, as wide as its text.
void keycap_item(const char* label, float pressed = 0);

/// A curve with a filled area below it; values from 0 to `top`, a dashed line at `mark` (not drawn when 0).
void history_graph(std::span<const float> values, float top, float mark, ImVec2 size);

/// A foldable section with the heading font. @return whether it is open.
bool section(const char* title, ImFont* heading, bool open_at_first = true);

}  // namespace rv::ui
