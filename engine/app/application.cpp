#include "engine/app/application.h"

#include <algorithm>
#include <cstdlib>

#include "engine/app/frame_loop.h"
#include "engine/app/resources.h"
#include "engine/app/window_image.h"
#include "engine/core/error.h"
#include "engine/core/log.h"
#include "interop/gpu_match.h"

namespace rv::app {
namespace {

// Mesa's software renderer starts a thread for every core unless told otherwise, and they fight the model for
// the cores. Read by the driver when the instance is made.
void leave_cores_to_the_model(const ApplicationOptions& options) {
    if (options.open.device == world_model::DeviceKind::Cpu) setenv("LP_NUM_THREADS", "1", 0);
}

renderer::DeviceOptions device_options(platform::Window& window, const ApplicationOptions& options) {
    renderer::DeviceOptions device;
    if (options.open.device == world_model::DeviceKind::Cuda)
        device.selector = interop::vulkan_selector_of_cuda_device();
    device.instance_extensions = window.vulkan_instance_extensions();
    device.create_surface = [&window](VkInstance instance) { return window.create_surface(instance); };
    return device;
}

bool software(const renderer::Device& device) {
    return device.info().type == renderer::DeviceType::Cpu;
}

// A CPU that also runs the model has better things to do than to draw the same picture again.
RedrawPacer redraw_pacer(const platform::Window& window, const renderer::Device& device) {
    constexpr double kSoftwareSteadyRate = 45, kSoftwareHighestRate = 100;
    if (software(device)) return {kSoftwareHighestRate, kSoftwareSteadyRate, true};
    const double refresh = window.refresh_rate();
    return {refresh, refresh};
}

platform::Bindings bindings_of(const ApplicationOptions& options) {
    if (!options.bindings.empty()) return platform::load_bindings(options.bindings);
    if (!std::filesystem::exists(options.controls)) return platform::default_bindings();
    try {
        return platform::load_bindings(options.controls);
    } catch (const FileError& error) {  // nobody asked for this file now
        log::warn("{}; the first keys are in force", error.what());
        return platform::default_bindings();
    }
}

}  // namespace

world_model::OpenOptions beside_a_window(world_model::OpenOptions open) {
    if (open.device == world_model::DeviceKind::Cpu && open.threads == 0)
        open.threads = std::max(1, resolved_threads(open) - 1);
    return open;
}

int run_application(const ApplicationOptions& asked, const WorldSource& source) {
    ApplicationOptions options = asked;
    options.open = beside_a_window(asked.open);
    leave_cores_to_the_model(options);
    platform::Window window({.title = "Reverie",
                             .width = options.window_width,
                             .height = options.window_height,
                             .fullscreen = options.fullscreen});
    renderer::Device device(device_options(window, options));
    renderer::Swapchain swapchain(device, pixels_of(window), renderer::Swapchain::Pacing::Vsync);
    ui::ImGuiLayer imgui(device, window,
                         {swapchain.format(), swapchain.min_image_count(), ui::config_file("imgui.ini")});
    ui::ExplorerUi ui;
    platform::InputMap input(bindings_of(options));

    Control control;
    WindowSink sink(device, options.open.device == world_model::DeviceKind::Cuda, &platform::Window::wake);
    GenerationThread generation(
        control, sink, source.open,
        {.uncapped = options.uncapped, .history_bytes = options.history_bytes, .recovery = options.recovery});
    Explorer explorer(options, source, input.bindings(), window, control, generation, ui);
    log::info("the window is drawn by {}", device.info().name);

    FrameLoop loop({options, window, device, swapchain, imgui, ui, input, control, sink, explorer},
                   redraw_pacer(window, device));
    explorer.begin();
    while (loop.run_frame()) {
    }
    if (options.statistics) *options.statistics = loop.statistics();
    return 0;
}

}  // namespace rv::app
