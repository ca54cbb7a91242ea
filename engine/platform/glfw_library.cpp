#include "engine/platform/glfw_library.h"

#include <GLFW/glfw3.h>

#include "engine/core/error.h"

namespace rv::platform {
namespace {

int& users() {
    static int count = 0;
    return count;
}

}  // namespace

GlfwLibrary::GlfwLibrary() {
    if (users() == 0 && glfwInit() != GLFW_TRUE) {
        std::string reason = take_error();
        if (reason.empty()) reason = "GLFW did not start";
        throw DeviceError("no window can be opened here (" + reason + ")",
                          "start it inside a desktop session, set DISPLAY, or use --headless");
    }
    ++users();
}

GlfwLibrary::~GlfwLibrary() {
    if (--users() == 0) glfwTerminate();
}

std::string GlfwLibrary::take_error() {
    const char* description = nullptr;
    return glfwGetError(&description) != GLFW_NO_ERROR && description ? description : "";
}

}  // namespace rv::platform
