#pragma once
/// How the explorer looks: one palette, one scale of sizes, one family of type. A calm dark glass over the
/// picture, so that the world stays the brightest thing on the screen.

#include <imgui.h>

#include <string>

namespace rv::ui {

/// Colours, sRGB with alpha in [0, 1].
namespace palette {
inline const ImVec4 kInk{0.047f, 0.055f, 0.075f, 1.00f};      ///< behind everything
inline const ImVec4 kGlass{0.055f, 0.064f, 0.086f, 0.90f};    ///< panels
inline const ImVec4 kRaised{0.150f, 0.168f, 0.214f, 1.00f};   ///< fields and buttons
inline const ImVec4 kHovered{0.204f, 0.226f, 0.284f, 1.00f};  ///< the same, under the cursor
inline const ImVec4 kLine{1.0f, 1.0f, 1.0f, 0.075f};          ///< hairlines
inline const ImVec4 kText{0.925f, 0.935f, 0.957f, 1.00f};
inline const ImVec4 kMuted{0.585f, 0.620f, 0.690f, 1.00f};
inline const ImVec4 kAccent{0.643f, 0.671f, 1.000f, 1.00f};  ///< lavender: what the person touches
inline const ImVec4 kGood{0.490f, 0.870f, 0.690f, 1.00f};
inline const ImVec4 kWarning{0.953f, 0.773f, 0.447f, 1.00f};
inline const ImVec4 kAlert{1.000f, 0.435f, 0.420f, 1.00f};  ///< coral: recording, errors
}  // namespace palette

/// The same colour with another opacity, as Dear ImGui's draw lists want it.
ImU32 packed(const ImVec4& colour, float opacity = 1.0f);

/// The interface's type. Owned by ImGui's font atlas.
struct Fonts {
    ImFont* body = nullptr;
    ImFont* small = nullptr;
    ImFont* heading = nullptr;
    ImFont* figure = nullptr;  ///< large numbers
    ImFont* mono = nullptr;    ///< small, digits of equal width
    std::string source;        ///< file of the body font, or "built in"
};

/// Loads the first installed family of Inter, Roboto, DejaVu Sans; the built-in bitmap font otherwise. Needs
/// a current ImGui context whose atlas has not been built. @param scale pixels that a 96 dpi pixel takes.
Fonts load_fonts(float scale);

/// Sets ImGui's style for the current context. @param scale as above.
void apply_theme(float scale);

}  // namespace rv::ui
