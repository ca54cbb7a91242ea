#pragma once
/// A window and its events. Owns GLFW for the time that a window exists. Main thread only, except where said.
///
///     Window window({.title = "Reverie"});
///     auto surface = window.create_surface(instance);
///     while (!window.should_close()) {
///         for (const Event& event : window.poll()) handle(event);
///         ...
///     }

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/platform/event.h"

// As Vulkan and GLFW declare them; repeated so that this header needs neither.
typedef struct VkInstance_T* VkInstance;
typedef struct VkSurfaceKHR_T* VkSurfaceKHR;
struct GLFWwindow;

namespace rv::platform {

struct WindowOptions {
    std::string title = "Reverie";
    int width = 1280, height = 720;  ///< screen coordinates, at least 1
    bool fullscreen = false;
    bool visible = true;
    bool resizable = true;
};

struct Extent {
    int width = 0, height = 0;
    friend bool operator==(const Extent&, const Extent&) = default;
};

class Window {
  public:
    /// @throws DeviceError when there is no display or no window can be made on it.
    explicit Window(const WindowOptions& options = {});
    ~Window();
    Window(Window&&) noexcept;
    Window& operator=(Window&&) noexcept;

    /// Whether this process can open a window at all. Opens and closes the display connection.
    static bool display_available();

    /// Instance extensions that create_surface() needs; empty when the display has no Vulkan loader.
    [[nodiscard]] std::vector<const char*> vulkan_instance_extensions() const;
    /// A new surface that the caller destroys before the instance and before the window. @throws DeviceError.
    [[nodiscard]] VkSurfaceKHR create_surface(VkInstance instance) const;

    /// Takes in what happened since the last call; the events stay valid until the next poll or wait.
    std::span<const Event> poll();
    /// The same, but sleeps until something happens or the time is over.
    std::span<const Event> wait(double timeout_seconds);
    /// Ends a wait() early. Any thread.
    static void wake();

    [[nodiscard]] bool should_close() const;
    void request_close();

    void set_title(const std::string& title);
    [[nodiscard]] Extent size() const;              ///< screen coordinates
    [[nodiscard]] Extent framebuffer_size() const;  ///< pixels; 0 x 0 while minimised
    [[nodiscard]] float content_scale() const;      ///< pixels that a 96 dpi pixel should take
    [[nodiscard]] double refresh_rate() const;      ///< of the window's monitor, in Hz; 60 when unknown

    /// Hides the cursor and lets the mouse move without limits, unaccelerated where the system can.
    void capture_cursor(bool capture);
    [[nodiscard]] bool cursor_captured() const;

    /// Covers the window's monitor, or goes back to where the window was.
    void set_fullscreen(bool fullscreen);
    [[nodiscard]] bool fullscreen() const;

    /// For interfaces that hook into GLFW themselves: install after construction and chain to the callbacks
    /// found.
    [[nodiscard]] GLFWwindow* handle() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace rv::platform
