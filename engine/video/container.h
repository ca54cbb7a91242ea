#pragma once
/// The kinds of file that pictures can be written into. The file's name decides.

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rv::video {

enum class Container {
    Mp4,       ///< in fragments: whatever was written before a crash plays
    Matroska,  ///< takes nearly every codec
    WebM,
    Gif,    ///< a palette of its own for every frame; for READMEs
    WebP,   ///< animated; nothing is on the disk before the end
    Images  ///< numbered PNG files: frames/%05d.png
};

/// "walk.mp4" -> Mp4; a name with a number in it (%05d) and .png -> Images.
/// @throws UsageError naming the endings that there are.
Container container_of(const std::filesystem::path& video);

/// "Matroska (.mkv)".
std::string_view name_of(Container container);

/// Encoders tried for "auto", in this order; never empty.
std::span<const std::string_view> usual_encoders(Container container);

/// Every video encoder of this FFmpeg that the container takes and that reads pictures from host memory.
std::vector<std::string> encoders_for(Container container);

/// The folder of an image sequence, or the file itself: what belongs to the video as a whole stands beside
/// it.
std::filesystem::path whole_of(const std::filesystem::path& video);

}  // namespace rv::video
