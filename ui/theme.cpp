#include "ui/theme.h"

#include <array>
#include <cmath>
#include <filesystem>

namespace rv::ui {
namespace {

struct Family {
    const char* regular;
    const char* strong;
    const char* mono;
};

constexpr std::array kFamilies = {
    Family{"/usr/share/fonts/opentype/inter/Inter-Regular.otf",
           "/usr/share/fonts/opentype/inter/Inter-SemiBold.otf",
           "/usr/share/fonts/truetype/jetbrains-mono/JetBrainsMono-Regular.ttf"},
    Family{"/usr/share/fonts/truetype/roboto/unhinted/RobotoTTF/Roboto-Regular.ttf",
           "/usr/share/fonts/truetype/roboto/unhinted/RobotoTTF/Roboto-Medium.ttf",
           "/usr/share/fonts/truetype/roboto/unhinted/RobotoTTF/Roboto-Regular.ttf"},
    Family{"/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
           "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf",
           "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"},
};

// Latin with the punctuation that the interface and prompts use.
constexpr std::array<ImWchar, 9> kGlyphs = {0x0020, 0x017F, 0x2010, 0x2027, 0x2190,
                                            0x2193, 0x2122, 0x2122, 0};

bool installed(const char* path) {
    std::error_code ignored;
    return std::filesystem::exists(path, ignored);
}

ImFont* load(const char* path, float pixels) {
    ImFontConfig config;
    config.OversampleH = 2;
    config.OversampleV = 1;
    config.PixelSnapH = true;
    return ImGui::GetIO().Fonts->AddFontFromFileTTF(path, std::round(pixels), &config, kGlyphs.data());
}

Fonts built_in(float scale) {
    ImFontConfig config;
    config.SizePixels = 13.0f * std::max(1.0f, std::round(scale));  // whole multiples keep the bitmap crisp
    ImFont* font = ImGui::GetIO().Fonts->AddFontDefault(&config);
    return {font, font, font, font, font, "built in"};
}

}  // namespace

ImU32 packed(const ImVec4& colour, float opacity) {
    return ImGui::ColorConvertFloat4ToU32({colour.x, colour.y, colour.z, colour.w * opacity});
}

Fonts load_fonts(float scale) {
    for (const Family& family : kFamilies) {
        if (!installed(family.regular)) continue;
        const char* strong = installed(family.strong) ? family.strong : family.regular;
        const char* mono = installed(family.mono) ? family.mono : family.regular;
        Fonts fonts;
        fonts.body = load(family.regular, 16.0f * scale);
        fonts.small = load(family.regular, 13.5f * scale);
        fonts.heading = load(strong, 16.0f * scale);
        fonts.figure = load(strong, 25.0f * scale);
        fonts.mono = load(mono, 13.5f * scale);
        fonts.source = family.regular;
        if (fonts.body && fonts.small && fonts.heading && fonts.figure && fonts.mono) return fonts;
        ImGui::GetIO().Fonts->Clear();
    }
    return built_in(scale);
}

void apply_theme(float scale) {
    using namespace palette;
    ImGuiStyle style;
    style.WindowPadding = {14, 12};
    style.WindowRounding = 10;
    style.WindowBorderSize = 1;
    style.WindowTitleAlign = {0.0f, 0.5f};
    style.WindowMenuButtonPosition = ImGuiDir_None;
    style.ChildRounding = 8;
    style.PopupRounding = 8;
    style.PopupBorderSize = 1;
    style.FramePadding = {10, 6};
    style.FrameRounding = 6;
    style.ItemSpacing = {8, 8};
    style.ItemInnerSpacing = {8, 6};
    style.ScrollbarSize = 10;
    style.ScrollbarRounding = 5;
    style.GrabMinSize = 12;
    style.GrabRounding = 6;
    style.ScaleAllSizes(scale);

    ImVec4* c = style.Colors;
    c[ImGuiCol_Text] = kText;
    c[ImGuiCol_TextDisabled] = kMuted;
    c[ImGuiCol_WindowBg] = kGlass;
    c[ImGuiCol_ChildBg] = {0, 0, 0, 0};
    c[ImGuiCol_PopupBg] = {kGlass.x, kGlass.y, kGlass.z, 0.97f};
    c[ImGuiCol_Border] = kLine;
    c[ImGuiCol_BorderShadow] = {0, 0, 0, 0};
    c[ImGuiCol_FrameBg] = kRaised;
    c[ImGuiCol_FrameBgHovered] = kHovered;
    c[ImGuiCol_FrameBgActive] = kHovered;
    c[ImGuiCol_TitleBg] = c[ImGuiCol_TitleBgActive] = c[ImGuiCol_TitleBgCollapsed] = {0, 0, 0, 0};
    c[ImGuiCol_ScrollbarBg] = {0, 0, 0, 0};
    c[ImGuiCol_ScrollbarGrab] = {1, 1, 1, 0.12f};
    c[ImGuiCol_ScrollbarGrabHovered] = {1, 1, 1, 0.20f};
    c[ImGuiCol_ScrollbarGrabActive] = {1, 1, 1, 0.28f};
    c[ImGuiCol_CheckMark] = kAccent;
    c[ImGuiCol_SliderGrab] = kAccent;
    c[ImGuiCol_SliderGrabActive] = kText;
    c[ImGuiCol_Button] = kRaised;
    c[ImGuiCol_ButtonHovered] = kHovered;
    c[ImGuiCol_ButtonActive] = {kAccent.x, kAccent.y, kAccent.z, 0.35f};
    c[ImGuiCol_Header] = {kAccent.x, kAccent.y, kAccent.z, 0.18f};
    c[ImGuiCol_HeaderHovered] = {kAccent.x, kAccent.y, kAccent.z, 0.26f};
    c[ImGuiCol_HeaderActive] = {kAccent.x, kAccent.y, kAccent.z, 0.34f};
    c[ImGuiCol_Separator] = c[ImGuiCol_SeparatorHovered] = c[ImGuiCol_SeparatorActive] = kLine;
    c[ImGuiCol_ResizeGrip] = c[ImGuiCol_ResizeGripHovered] = c[ImGuiCol_ResizeGripActive] = {0, 0, 0, 0};
    c[ImGuiCol_TextSelectedBg] = {kAccent.x, kAccent.y, kAccent.z, 0.35f};
    c[ImGuiCol_NavHighlight] = {kAccent.x, kAccent.y, kAccent.z, 0.7f};
    c[ImGuiCol_ModalWindowDimBg] = {kInk.x, kInk.y, kInk.z, 0.55f};
    ImGui::GetStyle() = style;
}

}  // namespace rv::ui
