#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

#include "engine/core/error.h"
#include "engine/platform/window.h"

using rv::platform::Window;

namespace {

/// Takes the display away from this process for a while.
class NoDisplay {
  public:
    NoDisplay() {
        if (const char* display = std::getenv("DISPLAY")) display_ = display;
        unsetenv("DISPLAY");
    }
    ~NoDisplay() {
        if (!display_.empty()) setenv("DISPLAY", display_.c_str(), 1);
    }

  private:
    std::string display_;
};

}  // namespace

TEST_CASE("[Window] says clearly that there is no display, and what to do") {
    const NoDisplay none;
    CHECK_FALSE(Window::display_available());
    std::string message;
    try {
        const Window window;
    } catch (const rv::DeviceError& error) {
        message = error.what();
    }
    CHECK(message.find("DISPLAY") != std::string::npos);
    CHECK(message.find("--headless") != std::string::npos);
}
