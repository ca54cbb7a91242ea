#pragma once
/// An X server without a screen, for as long as the object lives, and a person to sit in front of it.

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace rv::tests {

class VirtualDisplay {
  public:
    /// Starts Xvfb on a free display and points DISPLAY there. @throws DeviceError when it does not start.
    VirtualDisplay(int width, int height);
    ~VirtualDisplay();
    VirtualDisplay(const VirtualDisplay&) = delete;
    VirtualDisplay& operator=(const VirtualDisplay&) = delete;

    /// Starts openbox, whose Alt+F4 closes a window. @return whether it is there.
    bool start_window_manager();
    /// Runs `xdotool <arguments>` there. @return whether it succeeded.
    bool xdotool(const std::string& arguments) const;
    /// Everything on the screen, as a PNG. @return whether it succeeded.
    bool save_screen(const std::filesystem::path& file) const;

  private:
    std::string name_;
    pid_t server_ = -1, window_manager_ = -1;
};

}  // namespace rv::tests
