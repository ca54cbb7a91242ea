#include "engine/app/resources.h"

#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <vector>

#include "engine/asset/assets_folder.h"
#include "engine/core/error.h"

namespace rv::app {
namespace {

namespace fs = std::filesystem;

bool is_world(const fs::path& folder) {
    std::error_code ignored;
    return fs::is_regular_file(folder / "world.toml", ignored);
}

std::vector<std::string> names_of_worlds(const fs::path& root) {
    std::vector<std::string> names;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(root, ignored))
        if (is_world(entry.path())) names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

std::string formatted(std::chrono::system_clock::time_point now, const char* format, bool utc) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
    std::tm parts{};
    if (utc)
        gmtime_r(&seconds, &parts);
    else
        localtime_r(&seconds, &parts);
    char text[64];
    const std::size_t length = std::strftime(text, sizeof text, format, &parts);
    return {text, length};
}

}  // namespace

double resident_memory_mib() {
    std::ifstream statm("/proc/self/statm");
    double total_pages = 0, resident_pages = 0;
    if (!(statm >> total_pages >> resident_pages)) return 0;
    return resident_pages * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1024.0 * 1024.0);
}

fs::path worlds_folder() {
    return asset::assets_folder() / "worlds";
}

fs::path find_world(const std::string& name_or_path) {
    const fs::path root = worlds_folder();
    const std::vector<std::string> names = names_of_worlds(root);
    if (name_or_path.empty()) {
        if (names.empty())
            throw UsageError("there is no world in " + root.string(), "--world with the folder of one");
        return root / (std::ranges::find(names, "village") != names.end() ? "village" : names.front());
    }
    if (is_world(root / name_or_path)) return root / name_or_path;
    fs::path path = name_or_path;
    if (path.filename() == "world.toml") path = path.parent_path();
    if (is_world(path)) return path;
    throw UsageError(
        "no world is called \"" + name_or_path + "\" and no folder of that name has a world.toml",
        names.empty() ? "the path of a world's folder" : joined(names));
}

fs::path recordings_folder() {
    return "recordings";
}

void make_parent_folder(const fs::path& file) {
    const fs::path folder = file.parent_path();
    if (folder.empty()) return;
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) throw FileError(folder.string(), "cannot be made (" + error.message() + ")", "another folder");
}

fs::path new_recording_path(std::string_view extension, std::chrono::system_clock::time_point now) {
    const std::string stem = formatted(now, "%Y-%m-%d_%H-%M-%S", false);
    for (int attempt = 1;; ++attempt) {
        std::string name = stem;
        if (attempt > 1) name.append("_").append(std::to_string(attempt));
        fs::path path = recordings_folder() / name.append(extension);
        if (fs::exists(path)) continue;
        make_parent_folder(path);
        return path;
    }
}

fs::path new_video_path(std::string_view extension) {
    return extension == ".png" ? new_recording_path("") / "%05d.png" : new_recording_path(extension);
}

std::string iso_date(std::chrono::system_clock::time_point now) {
    return formatted(now, "%Y-%m-%dT%H:%M:%SZ", true);
}

}  // namespace rv::app
