#include "ui/imgui_layer.h"

#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_vulkan.h>
#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "engine/core/log.h"
#include "ui/widgets.h"

namespace rv::ui {
namespace {

void check_result(VkResult result) {
    renderer::vk_check(result, "drawing the interface");
}

}  // namespace

ImGuiLayer::ImGuiLayer(renderer::Device& device, platform::Window& window, const ImGuiLayerOptions& options)
    : device_(device), window_(window), options_(options), settings_file_(options.settings_file.string()) {
    IMGUI_CHECKVERSION();
    ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = settings_file_.empty() ? nullptr : settings_file_.c_str();
    io.ConfigWindowsMoveFromTitleBarOnly = false;
    ImGui_ImplGlfw_InitForVulkan(window.handle(), true);
    create_render_pass();
    set_scale(window.content_scale());
}

ImGuiLayer::~ImGuiLayer() {
    if (vkDeviceWaitIdle(device_.handle()) != VK_SUCCESS)
        log::error("the graphics device failed while closing");
    stop_renderer();
    destroy_framebuffers();
    vkDestroyRenderPass(device_.handle(), render_pass_, nullptr);
    ImGui_ImplGlfw_Shutdown();
    ImGui::DestroyContext();
}

// The 1.86 back end draws in render passes only.
void ImGuiLayer::create_render_pass() {
    const VkAttachmentDescription attachment{.format = options_.format,
                                             .samples = VK_SAMPLE_COUNT_1_BIT,
                                             .loadOp = VK_ATTACHMENT_LOAD_OP_LOAD,
                                             .storeOp = VK_ATTACHMENT_STORE_OP_STORE,
                                             .stencilLoadOp = VK_ATTACHMENT_LOAD_OP_DONT_CARE,
                                             .stencilStoreOp = VK_ATTACHMENT_STORE_OP_DONT_CARE,
                                             .initialLayout = VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL,
                                             .finalLayout = VK_IMAGE_LAYOUT_PRESENT_SRC_KHR};
    const VkAttachmentReference reference{0, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL};
    const VkSubpassDescription subpass{.pipelineBindPoint = VK_PIPELINE_BIND_POINT_GRAPHICS,
                                       .colorAttachmentCount = 1,
                                       .pColorAttachments = &reference};
    // What the passes before drew is blended with.
    const VkSubpassDependency dependency{
        .srcSubpass = VK_SUBPASS_EXTERNAL,
        .dstSubpass = 0,
        .srcStageMask = VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT,
        .dstStageMask = VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT,
        .srcAccessMask = VK_ACCESS_COLOR_ATTACHMENT_WRITE_BIT,
        .dstAccessMask = VK_ACCESS_COLOR_ATTACHMENT_READ_BIT | VK_ACCESS_COLOR_ATTACHMENT_WRITE_BIT};
    const VkRenderPassCreateInfo info{.sType = VK_STRUCTURE_TYPE_RENDER_PASS_CREATE_INFO,
                                      .attachmentCount = 1,
                                      .pAttachments = &attachment,
                                      .subpassCount = 1,
                                      .pSubpasses = &subpass,
                                      .dependencyCount = 1,
                                      .pDependencies = &dependency};
    renderer::vk_check(vkCreateRenderPass(device_.handle(), &info, nullptr, &render_pass_),
                       "vkCreateRenderPass");
}

void ImGuiLayer::start_renderer() {
    const VkDescriptorPoolSize size{VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, 4};
    const VkDescriptorPoolCreateInfo pool{.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO,
                                          .flags = VK_DESCRIPTOR_POOL_CREATE_FREE_DESCRIPTOR_SET_BIT,
                                          .maxSets = 4,
                                          .poolSizeCount = 1,
                                          .pPoolSizes = &size};
    renderer::vk_check(vkCreateDescriptorPool(device_.handle(), &pool, nullptr, &pool_),
                       "vkCreateDescriptorPool");
    ImGui_ImplVulkan_InitInfo info{};
    info.Instance = device_.instance();
    info.PhysicalDevice = device_.physical_device();
    info.Device = device_.handle();
    info.QueueFamily = device_.queue_family();
    info.Queue = device_.queue();
    info.DescriptorPool = pool_;
    info.MinImageCount = std::max(options_.min_image_count, 2u);
    info.ImageCount = std::max<std::uint32_t>(info.MinImageCount, renderer::Device::kFramesInFlight + 1);
    info.MSAASamples = VK_SAMPLE_COUNT_1_BIT;
    info.CheckVkResultFn = check_result;
    ImGui_ImplVulkan_Init(&info, render_pass_);
    device_.run_now([](VkCommandBuffer commands) { ImGui_ImplVulkan_CreateFontsTexture(commands); });
    ImGui_ImplVulkan_DestroyFontUploadObjects();
}

void ImGuiLayer::stop_renderer() {
    if (pool_ == VK_NULL_HANDLE) return;
    ImGui_ImplVulkan_Shutdown();
    vkDestroyDescriptorPool(device_.handle(), pool_, nullptr);
    pool_ = VK_NULL_HANDLE;
}

// Type is rasterised at the display's own size, so another scale means other fonts.
void ImGuiLayer::set_scale(float scale) {
    if (scale == scale_) return;
    scale_ = scale;
    set_unit_scale(scale);
    apply_theme(scale);
    build_atlas();
}

void ImGuiLayer::set_pictures(std::vector<Picture> pictures) {
    pictures_.set(std::move(pictures));
    build_atlas();
}

void ImGuiLayer::build_atlas() {
    if (pool_ != VK_NULL_HANDLE) device_.wait_idle();
    stop_renderer();
    ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
    atlas.Clear();
    fonts_ = load_fonts(scale_);
    pictures_.reserve(atlas);
    pictures_.fill(atlas);
    start_renderer();
}

void ImGuiLayer::begin_frame() {
    set_scale(window_.content_scale());
    ImGuiIO& io = ImGui::GetIO();
    // A captured cursor has no place on the screen.
    if (window_.cursor_captured())
        io.ConfigFlags |= ImGuiConfigFlags_NoMouse;
    else
        io.ConfigFlags &= ~ImGuiConfigFlags_NoMouse;
    ImGui_ImplVulkan_NewFrame();
    ImGui_ImplGlfw_NewFrame();
    ImGui::NewFrame();
}

void ImGuiLayer::make_framebuffers(const ImGuiTarget& target) {
    if (generation_ == target.generation && !framebuffers_.empty()) return;
    destroy_framebuffers();
    for (const VkImageView view : target.views) {
        const VkFramebufferCreateInfo info{.sType = VK_STRUCTURE_TYPE_FRAMEBUFFER_CREATE_INFO,
                                           .renderPass = render_pass_,
                                           .attachmentCount = 1,
                                           .pAttachments = &view,
                                           .width = target.extent.width,
                                           .height = target.extent.height,
                                           .layers = 1};
        VkFramebuffer framebuffer = VK_NULL_HANDLE;
        renderer::vk_check(vkCreateFramebuffer(device_.handle(), &info, nullptr, &framebuffer),
                           "vkCreateFramebuffer");
        framebuffers_.push_back(framebuffer);
    }
    generation_ = target.generation;
}

// New images come with an idle GPU (Swapchain::recreate waits), so nothing is in use.
void ImGuiLayer::destroy_framebuffers() {
    for (const VkFramebuffer framebuffer : framebuffers_)
        vkDestroyFramebuffer(device_.handle(), framebuffer, nullptr);
    framebuffers_.clear();
}

void ImGuiLayer::render(VkCommandBuffer commands, const ImGuiTarget& target) {
    make_framebuffers(target);
    ImGui::Render();
    const VkRenderPassBeginInfo begin{.sType = VK_STRUCTURE_TYPE_RENDER_PASS_BEGIN_INFO,
                                      .renderPass = render_pass_,
                                      .framebuffer = framebuffers_[target.index],
                                      .renderArea = {{0, 0}, target.extent}};
    vkCmdBeginRenderPass(commands, &begin, VK_SUBPASS_CONTENTS_INLINE);
    ImGui_ImplVulkan_RenderDrawData(ImGui::GetDrawData(), commands);
    vkCmdEndRenderPass(commands);
}

void ImGuiLayer::skip_frame() {
    ImGui::EndFrame();
}

void ImGuiLayer::set_keyboard_navigation(bool on) {
    ImGuiIO& io = ImGui::GetIO();
    if (on)
        io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
    else
        io.ConfigFlags &= ~ImGuiConfigFlags_NavEnableKeyboard;
}

bool ImGuiLayer::wants_keyboard() const {
    const ImGuiIO& io = ImGui::GetIO();
    return io.WantTextInput || (io.ConfigFlags & ImGuiConfigFlags_NavEnableKeyboard);
}
bool ImGuiLayer::wants_mouse() const {
    return ImGui::GetIO().WantCaptureMouse;
}

std::filesystem::path config_file(const std::string& name) {
    std::filesystem::path folder;
    if (const char* config = std::getenv("XDG_CONFIG_HOME"); config && *config)
        folder = config;
    else if (const char* home = std::getenv("HOME"); home && *home)
        folder = std::filesystem::path(home) / ".config";
    else
        return {};
    folder /= "reverie";
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (!failed) return folder / name;
    log::warn("{} cannot be made, so nothing is remembered: {}", folder.string(), failed.message());
    return {};
}

}  // namespace rv::ui
