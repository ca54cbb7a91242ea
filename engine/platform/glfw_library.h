#pragma once
/// GLFW is initialised as long as one of these exists. Main thread only.

#include <string>

namespace rv::platform {

class GlfwLibrary {
  public:
    /// @throws DeviceError, saying what GLFW says, when there is no display.
    GlfwLibrary();
    ~GlfwLibrary();
    GlfwLibrary(const GlfwLibrary&) = delete;
    GlfwLibrary& operator=(const GlfwLibrary&) = delete;

    /// The description of GLFW's last error, empty when there was none since the last call.
    static std::string take_error();
};

}  // namespace rv::platform
