#pragma once
/// What is to be recorded, and how. Plain data.

#include <filesystem>
#include <optional>
#include <string>

#include "engine/video/video_format.h"

namespace rv::app {

struct RecordingOptions {
    /// Its name says what kind of file it becomes (video/container.h); the session goes to
    /// session_path(video). Empty: nothing is recorded, or where a person asks, a name by date.
    std::filesystem::path video = {};
    std::string codec = "auto";       ///< see video::WriterOptions
    std::optional<int> quality = {};  ///< the same
    /// Pictures are enlarged by this whole factor; 0: as far as `wanted_width` allows.
    int scale = 0;
    int wanted_width = 768;  ///< pixels
    /// The video shows the window with its panels, taken by the window; otherwise the world's own pictures.
    bool with_interface = false;
    /// Waits for the encoder instead of dropping pictures: for runs that nobody steers.
    bool wait_when_full = false;
    video::Metadata metadata = {};  ///< filled in when the recording starts
};

}  // namespace rv::app
