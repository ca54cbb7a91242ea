#include "engine/platform/window.h"

#define GLFW_INCLUDE_VULKAN
#include <GLFW/glfw3.h>

#include <algorithm>

#include "engine/core/error.h"
#include "engine/platform/glfw_library.h"

namespace rv::platform {

struct Window::State {
    GlfwLibrary library;
    GLFWwindow* window = nullptr;
    std::vector<Event> incoming;   // filled by the callbacks
    std::vector<Event> delivered;  // what the last poll handed out
    double cursor_x = 0, cursor_y = 0;
    bool cursor_known = false;  // false right after a capture, when GLFW moves the cursor itself
    bool captured = false;
    struct {
        int x = 0, y = 0, width = 1280, height = 720;
    } windowed;  // where to return to from full screen

    ~State() {
        if (window) glfwDestroyWindow(window);
    }

    template <class What>
    void add(What what) {
        incoming.push_back({Clock::now(), std::move(what)});
    }
    void install_callbacks();
    std::span<const Event> deliver();
};

namespace {

template <class State>
State& state_of(GLFWwindow* window) {
    return *static_cast<State*>(glfwGetWindowUserPointer(window));
}

// The monitor that shows most of the window; null without monitors.
GLFWmonitor* monitor_of(GLFWwindow* window) {
    if (GLFWmonitor* fullscreen = glfwGetWindowMonitor(window)) return fullscreen;
    int x = 0, y = 0, width = 0, height = 0;
    glfwGetWindowPos(window, &x, &y);
    glfwGetWindowSize(window, &width, &height);
    int count = 0;
    GLFWmonitor** monitors = glfwGetMonitors(&count);
    GLFWmonitor* best = glfwGetPrimaryMonitor();
    int best_area = 0;
    for (int i = 0; i < count; ++i) {
        const GLFWvidmode* mode = glfwGetVideoMode(monitors[i]);
        if (!mode) continue;
        int left = 0, top = 0;
        glfwGetMonitorPos(monitors[i], &left, &top);
        const int overlap_x = std::min(x + width, left + mode->width) - std::max(x, left);
        const int overlap_y = std::min(y + height, top + mode->height) - std::max(y, top);
        const int area = std::max(overlap_x, 0) * std::max(overlap_y, 0);
        if (area > best_area) {
            best_area = area;
            best = monitors[i];
        }
    }
    return best;
}

}  // namespace

void Window::State::install_callbacks() {
    glfwSetWindowUserPointer(window, this);
    glfwSetKeyCallback(window, [](GLFWwindow* w, int key, int, int action, int) {
        if (key == GLFW_KEY_UNKNOWN) return;
        state_of<State>(w).add(KeyEvent{key, action != GLFW_RELEASE, action == GLFW_REPEAT});
    });
    glfwSetMouseButtonCallback(window, [](GLFWwindow* w, int button, int action, int) {
        state_of<State>(w).add(MouseButtonEvent{button, action == GLFW_PRESS});
    });
    glfwSetCursorPosCallback(window, [](GLFWwindow* w, double x, double y) {
        State& state = state_of<State>(w);
        if (state.cursor_known)
            state.add(MouseMoveEvent{x - state.cursor_x, y - state.cursor_y, state.captured});
        state.cursor_x = x;
        state.cursor_y = y;
        state.cursor_known = true;
    });
    glfwSetScrollCallback(window, [](GLFWwindow* w, double dx, double dy) {
        state_of<State>(w).add(ScrollEvent{dx, dy});
    });
    glfwSetDropCallback(window, [](GLFWwindow* w, int count, const char** paths) {
        state_of<State>(w).add(DropEvent{{paths, paths + count}});
    });
    glfwSetFramebufferSizeCallback(window, [](GLFWwindow* w, int width, int height) {
        state_of<State>(w).add(ResizeEvent{width, height});
    });
    glfwSetWindowFocusCallback(
        window, [](GLFWwindow* w, int focused) { state_of<State>(w).add(FocusEvent{focused == GLFW_TRUE}); });
    glfwSetWindowCloseCallback(window, [](GLFWwindow* w) { state_of<State>(w).add(CloseEvent{}); });
}

std::span<const Event> Window::State::deliver() {
    delivered.clear();
    std::swap(delivered, incoming);
    return delivered;
}

Window::Window(const WindowOptions& options) : state_(std::make_unique<State>()) {
    glfwDefaultWindowHints();
    glfwWindowHint(GLFW_CLIENT_API, GLFW_NO_API);
    glfwWindowHint(GLFW_VISIBLE, options.visible ? GLFW_TRUE : GLFW_FALSE);
    glfwWindowHint(GLFW_RESIZABLE, options.resizable ? GLFW_TRUE : GLFW_FALSE);
    state_->window = glfwCreateWindow(std::max(options.width, 1), std::max(options.height, 1),
                                      options.title.c_str(), nullptr, nullptr);
    if (!state_->window)
        throw DeviceError("the display refuses a window (" + GlfwLibrary::take_error() + ")", "--headless");
    state_->install_callbacks();
    if (options.fullscreen) set_fullscreen(true);
}

Window::~Window() = default;
Window::Window(Window&&) noexcept = default;
Window& Window::operator=(Window&&) noexcept = default;

bool Window::display_available() {
    try {
        const GlfwLibrary library;
        return true;
    } catch (const DeviceError&) {
        return false;
    }
}

std::vector<const char*> Window::vulkan_instance_extensions() const {
    std::uint32_t count = 0;
    const char** names = glfwGetRequiredInstanceExtensions(&count);
    return names ? std::vector<const char*>(names, names + count) : std::vector<const char*>();
}

VkSurfaceKHR Window::create_surface(VkInstance instance) const {
    VkSurfaceKHR surface = VK_NULL_HANDLE;
    const VkResult result = glfwCreateWindowSurface(instance, state_->window, nullptr, &surface);
    if (result != VK_SUCCESS)
        throw DeviceError("Vulkan cannot draw into this window (" + GlfwLibrary::take_error() +
                              ", VkResult " + std::to_string(result) + ")",
                          "install a Vulkan driver for this display, for example mesa-vulkan-drivers");
    return surface;
}

std::span<const Event> Window::poll() {
    glfwPollEvents();
    return state_->deliver();
}

std::span<const Event> Window::wait(double timeout_seconds) {
    // GLFW refuses a timeout of zero or less.
    if (timeout_seconds > 0)
        glfwWaitEventsTimeout(timeout_seconds);
    else
        glfwPollEvents();
    return state_->deliver();
}

void Window::wake() {
    glfwPostEmptyEvent();
}

bool Window::should_close() const {
    return glfwWindowShouldClose(state_->window) == GLFW_TRUE;
}
void Window::request_close() {
    glfwSetWindowShouldClose(state_->window, GLFW_TRUE);
}
void Window::set_title(const std::string& title) {
    glfwSetWindowTitle(state_->window, title.c_str());
}

Extent Window::size() const {
    Extent extent;
    glfwGetWindowSize(state_->window, &extent.width, &extent.height);
    return extent;
}

Extent Window::framebuffer_size() const {
    Extent extent;
    glfwGetFramebufferSize(state_->window, &extent.width, &extent.height);
    return extent;
}

float Window::content_scale() const {
    float x = 1, y = 1;
    glfwGetWindowContentScale(state_->window, &x, &y);
    return std::max(x, y) > 0 ? std::max(x, y) : 1.0f;
}

double Window::refresh_rate() const {
    GLFWmonitor* monitor = monitor_of(state_->window);
    const GLFWvidmode* mode = monitor ? glfwGetVideoMode(monitor) : nullptr;
    return mode && mode->refreshRate > 0 ? mode->refreshRate : 60.0;
}

void Window::capture_cursor(bool capture) {
    if (capture == state_->captured) return;
    state_->captured = capture;
    state_->cursor_known = false;
    glfwSetInputMode(state_->window, GLFW_CURSOR, capture ? GLFW_CURSOR_DISABLED : GLFW_CURSOR_NORMAL);
    if (glfwRawMouseMotionSupported())
        glfwSetInputMode(state_->window, GLFW_RAW_MOUSE_MOTION, capture ? GLFW_TRUE : GLFW_FALSE);
}

bool Window::cursor_captured() const {
    return state_->captured;
}

void Window::set_fullscreen(bool on) {
    if (on == fullscreen()) return;
    GLFWwindow* window = state_->window;
    auto& back = state_->windowed;
    if (!on) {
        glfwSetWindowMonitor(window, nullptr, back.x, back.y, back.width, back.height, GLFW_DONT_CARE);
        return;
    }
    GLFWmonitor* monitor = monitor_of(window);
    const GLFWvidmode* mode = monitor ? glfwGetVideoMode(monitor) : nullptr;
    if (!mode) return;  // a display without monitors stays windowed
    glfwGetWindowPos(window, &back.x, &back.y);
    glfwGetWindowSize(window, &back.width, &back.height);
    glfwSetWindowMonitor(window, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
}

bool Window::fullscreen() const {
    return glfwGetWindowMonitor(state_->window) != nullptr;
}

GLFWwindow* Window::handle() const {
    return state_->window;
}

}  // namespace rv::platform
