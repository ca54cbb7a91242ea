#pragma once
/// Where the program finds and leaves its files, and how much memory it takes.

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>

namespace rv::app {

/// Resident memory of this process in MiB; 0 where the system does not say.
double resident_memory_mib();

/// worlds/ in the assets folder. @throws FileError as asset::assets_folder().
std::filesystem::path worlds_folder();
/// A world by its name, by a folder under worlds_folder(), or by any path to a folder with a world.toml;
/// empty: the world named village, or else the first one there.
/// @throws UsageError naming the worlds that are there.
std::filesystem::path find_world(const std::string& name_or_path);

/// recordings/ under the current folder.
std::filesystem::path recordings_folder();
/// "recordings/2026-03-31_14-05-09.mp4" in local time, with "_2", "_3", ... where the name is taken; makes
/// the folder.
/// @param extension with its dot. @throws FileError when the folder cannot be made.
std::filesystem::path new_recording_path(
    std::string_view extension, std::chrono::system_clock::time_point now = std::chrono::system_clock::now());
/// The same for any video: an image sequence (".png") gets a folder of its own, "recordings/.../%05d.png".
std::filesystem::path new_video_path(std::string_view extension);
/// The folder that will hold `file`, made if it is not there. @throws FileError.
void make_parent_folder(const std::filesystem::path& file);

/// UTC, "2026-03-31T12:05:09Z".
std::string iso_date(std::chrono::system_clock::time_point now = std::chrono::system_clock::now());

}  // namespace rv::app
