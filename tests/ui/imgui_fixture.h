#pragma once
/// Dear ImGui without a window or a device: frames are laid out, nothing is drawn. The mouse is ours.

#include <imgui.h>

#include "ui/explorer_ui.h"
#include "ui/widgets.h"

namespace rv::ui {

class ImGuiFixture {
  public:
    ImGuiFixture() {
        ImGui::CreateContext();
        ImGuiIO& io = ImGui::GetIO();
        io.IniFilename = nullptr;
        io.DisplaySize = {1280, 720};
        io.DeltaTime = 1.0f / 60;
        set_unit_scale(1);
        apply_theme(1);
        fonts = load_fonts(1);
        unsigned char* pixels = nullptr;
        int width = 0, height = 0;
        io.Fonts->GetTexDataAsRGBA32(&pixels, &width, &height);
    }
    ~ImGuiFixture() { ImGui::DestroyContext(); }

    template <class Draw>
    auto frame(Draw draw) {
        ImGui::NewFrame();
        auto result = draw();
        ImGui::Render();
        return result;
    }

    /// The same with what is drawn in a window of its own, in the upper left corner.
    template <class Draw>
    auto frame_in_window(ImVec2 size, Draw draw) {
        return frame([&] {
            ImGui::SetNextWindowPos({0, 0});
            ImGui::SetNextWindowSize(size);
            ImGui::Begin("alone", nullptr, ImGuiWindowFlags_NoDecoration);
            auto result = draw();
            ImGui::End();
            return result;
        });
    }

    Fonts fonts;
};

}  // namespace rv::ui
