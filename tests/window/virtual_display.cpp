#include "tests/window/virtual_display.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <vector>

#include "engine/core/error.h"

extern char** environ;

namespace rv::tests {
namespace {

// The server writes the number of the display that it chose, once it is ready.
std::string read_line(int fd) {
    std::string line;
    for (char c = 0; read(fd, &c, 1) == 1 && c != '\n';) line += c;
    return line;
}

}  // namespace

VirtualDisplay::VirtualDisplay(int width, int height) {
    int ends[2];
    if (pipe(ends) != 0) throw DeviceError("no pipe for a virtual display");
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    const std::string screen = std::to_string(width) + "x" + std::to_string(height) + "x24";
    const std::string fd = std::to_string(ends[1]);
    std::vector<const char*> arguments = {"Xvfb",         "-displayfd", fd.c_str(),  "-screen", "0",
                                          screen.c_str(), "-noreset",   "-nolisten", "tcp",     nullptr};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    const int failed =
        posix_spawnp(&server_, "Xvfb", &actions, nullptr, const_cast<char**>(arguments.data()), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    const std::string number = failed ? "" : read_line(ends[0]);
    close(ends[0]);
    if (number.empty()) throw DeviceError("Xvfb does not start", "apt-get install xvfb");
    name_ = ":" + number;
    setenv("DISPLAY", name_.c_str(), 1);
}

bool VirtualDisplay::start_window_manager() {
    std::vector<const char*> arguments = {"openbox", "--sm-disable", nullptr};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    const int failed = posix_spawnp(&window_manager_, "openbox", &actions, nullptr,
                                    const_cast<char**>(arguments.data()), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed) window_manager_ = -1;
    // It is ready when it has put its name on the root window.
    return !failed && xdotool("search --sync --name Reverie getwindowname") && xdotool("sleep 1");
}

VirtualDisplay::~VirtualDisplay() {
    if (window_manager_ > 0) {
        kill(window_manager_, SIGTERM);
        waitpid(window_manager_, nullptr, 0);
    }
    kill(server_, SIGTERM);
    waitpid(server_, nullptr, 0);
    unsetenv("DISPLAY");
}

bool VirtualDisplay::xdotool(const std::string& arguments) const {
    return std::system(("DISPLAY=" + name_ + " xdotool " + arguments + " >/dev/null 2>&1").c_str()) == 0;
}

bool VirtualDisplay::save_screen(const std::filesystem::path& file) const {
    std::filesystem::create_directories(file.parent_path());
    return std::system(("DISPLAY=" + name_ + " import -window root " + file.string()).c_str()) == 0;
}

}  // namespace rv::tests
