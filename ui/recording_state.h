#pragma once
/// What the interface knows of recordings: the kinds that there are, the one that is chosen, and how the one
/// in progress goes. Plain values.

#include <cstdint>
#include <string>
#include <vector>

namespace rv::ui {

/// A kind of file to record into.
struct RecordingFormat {
    std::string label;                ///< "MP4 video"
    std::string extension;            ///< ".mp4"
    std::vector<std::string> codecs;  ///< worth choosing beside "auto"
};

/// How the next recording is to be made.
struct RecordingChoice {
    int format = 0;              ///< index of a RecordingFormat
    std::string codec = "auto";  ///< any encoder's name
    int scale = 0;               ///< whole factor of enlargement; 0: as suits the world
    bool with_interface = false;
    friend bool operator==(const RecordingChoice&, const RecordingChoice&) = default;
};

/// The recording in progress.
struct RecordingProgress {
    bool active = false;
    double seconds = 0;  ///< of video
    std::uint64_t dropped_frames = 0;
    std::string encoder = {};
};

}  // namespace rv::ui
