#pragma once
/// Dear ImGui between a window and its images: context, look, fonts, and the pass that draws it on top of
/// what is there already. One a process.
///
///     ImGuiLayer imgui(device, window, {.format = ..., .settings_file = ...});
///     imgui.begin_frame();
///     ... ImGui calls ...
///     imgui.render(commands, {image_index, views, extent, generation});

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "engine/platform/window.h"
#include "renderer/device.h"
#include "ui/picture_atlas.h"
#include "ui/theme.h"

namespace rv::ui {

struct ImGuiLayerOptions {
    VkFormat format = VK_FORMAT_UNDEFINED;  ///< of the images
    std::uint32_t min_image_count = 2;
    std::filesystem::path settings_file;  ///< remembers where panels are; empty: nothing is remembered
};

/// The images to draw into, one of them now.
struct ImGuiTarget {
    std::uint32_t index = 0;
    std::span<const VkImageView> views;
    VkExtent2D extent{};
    std::uint64_t generation = 0;  ///< changes whenever the views do
};

class ImGuiLayer {
  public:
    /// Install after the window's own callbacks: it chains to them.
    ImGuiLayer(renderer::Device& device, platform::Window& window, const ImGuiLayerOptions& options);
    ~ImGuiLayer();  ///< Waits for the GPU.
    ImGuiLayer(const ImGuiLayer&) = delete;
    ImGuiLayer& operator=(const ImGuiLayer&) = delete;

    void begin_frame();
    /// Draws over the image, which is in VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL and leaves in
    /// VK_IMAGE_LAYOUT_PRESENT_SRC_KHR. Ends the ImGui frame.
    void render(VkCommandBuffer commands, const ImGuiTarget& target);

    /// Ends an ImGui frame that is not drawn.
    void skip_frame();

    /// Replaces the pictures that panels can show. Waits for the GPU: for when worlds come and go.
    void set_pictures(std::vector<Picture> pictures);
    /// In that order.
    [[nodiscard]] std::span<const PictureView> pictures() const { return pictures_.views(); }

    [[nodiscard]] const Fonts& fonts() const { return fonts_; }
    /// Lets the keyboard move through the panels; all of it is the interface's meanwhile.
    void set_keyboard_navigation(bool on);
    /// Input that the interface takes for itself.
    [[nodiscard]] bool wants_keyboard() const;
    [[nodiscard]] bool wants_mouse() const;

  private:
    void create_render_pass();
    void start_renderer();
    void stop_renderer();
    void set_scale(float scale);
    void build_atlas();
    void make_framebuffers(const ImGuiTarget& target);
    void destroy_framebuffers();

    renderer::Device& device_;
    platform::Window& window_;
    const ImGuiLayerOptions options_;
    std::string settings_file_;  // ImGui keeps a pointer to it
    float scale_ = 0;
    Fonts fonts_;
    PictureAtlas pictures_;
    VkDescriptorPool pool_ = VK_NULL_HANDLE;
    VkRenderPass render_pass_ = VK_NULL_HANDLE;
    std::vector<VkFramebuffer> framebuffers_;
    std::uint64_t generation_ = 0;
};

/// "~/.config/reverie/<name>" (or under XDG_CONFIG_HOME), its folder made; empty when there is no home.
std::filesystem::path config_file(const std::string& name);

}  // namespace rv::ui
