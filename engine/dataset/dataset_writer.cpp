#include "engine/dataset/dataset_writer.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "engine/core/error.h"
#include "engine/core/log.h"

namespace rv::dataset {
namespace {

namespace fs = std::filesystem;

std::string size_text(const Intrinsics& k) {
    return std::to_string(k.width) + "x" + std::to_string(k.height);
}

bool near(double a, double b) {
    return std::abs(a - b) <= 1e-6 * std::max({1.0, std::abs(a), std::abs(b)});
}

bool same(const Intrinsics& a, const Intrinsics& b) {
    return a.width == b.width && a.height == b.height && near(a.fx, b.fx) && near(a.fy, b.fy) &&
           near(a.cx, b.cx) && near(a.cy, b.cy);
}

/// What differs, in words, or nothing.
std::string difference(const DatasetInfo& there, const DatasetInfo& wanted) {
    const auto pair = [](const std::string& what, const std::string& a, const std::string& b) {
        return what + " " + (a.empty() ? "unset" : a) + ", not " + (b.empty() ? "unset" : b);
    };
    if (there.environment != wanted.environment)
        return pair("environment", there.environment, wanted.environment);
    if (size_text(there.intrinsics) != size_text(wanted.intrinsics))
        return pair("size", size_text(there.intrinsics), size_text(wanted.intrinsics));
    std::set<std::string> names;
    for (const auto& [name, value] : there.settings) names.insert(name);
    for (const auto& [name, value] : wanted.settings) names.insert(name);
    for (const std::string& name : names) {
        const auto a = there.settings.find(name), b = wanted.settings.find(name);
        const std::string old_value = a == there.settings.end() ? "" : a->second;
        const std::string new_value = b == wanted.settings.end() ? "" : b->second;
        if (old_value != new_value) return pair(name, old_value, new_value);
    }
    if (!same(there.intrinsics, wanted.intrinsics)) return "another lens";
    if (!near(there.frame_rate, wanted.frame_rate)) return "another frame rate";
    if (there.action_names != wanted.action_names || there.segment_names != wanted.segment_names ||
        !near(there.max_turn_rad_per_frame, wanted.max_turn_rad_per_frame) ||
        !near(there.max_step_m_per_frame, wanted.max_step_m_per_frame) ||
        there.has_prompt != wanted.has_prompt || there.has_poses != wanted.has_poses ||
        there.has_maps != wanted.has_maps)
        return "another version of the environment";
    return {};
}

bool is_leftover(const fs::path& path) {
    const std::string name = path.filename().string();
    const bool ours = name.starts_with("episode_") || name.starts_with(kManifestName);
    return ours && (name.ends_with(".part") || name.find(".tmp-") != std::string::npos);
}

}  // namespace

DatasetWriter::DatasetWriter(const fs::path& folder, DatasetInfo info) : folder_(folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error || !fs::is_directory(folder))
        throw FileError(folder.string(), "cannot be made as a folder", "another --out");
    manifest_.info = std::move(info);
    lock();
    try {
        if (fs::exists(folder / kManifestName)) {
            continue_existing();
        } else {
            const auto entry = fs::directory_iterator(folder);
            for (const auto& file : entry)
                if (!is_leftover(file.path()) && !file.path().filename().string().starts_with("episode_"))
                    throw FileError(folder.string(),
                                    "holds other files, such as " + file.path().filename().string(),
                                    "an empty or new folder");
        }
        remove_leftovers();
        write_manifest(folder_, manifest_);
    } catch (...) {
        ::close(lock_fd_);
        throw;
    }
}

DatasetWriter::~DatasetWriter() {
    if (lock_fd_ >= 0) ::close(lock_fd_);
}

void DatasetWriter::lock() {
    lock_fd_ = ::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock_fd_ < 0) throw FileError(folder_.string(), "cannot be opened", "check its permissions");
    if (::flock(lock_fd_, LOCK_EX | LOCK_NB) != 0) {
        ::close(lock_fd_);
        throw FileError(folder_.string(), "is being written by another process",
                        "wait for it, or another folder");
    }
}

void DatasetWriter::continue_existing() {
    Manifest there = read_manifest(folder_);
    const std::string differs = difference(there.info, manifest_.info);
    if (!differs.empty())
        throw UsageError(folder_.string() + " holds a dataset with " + differs,
                         "the same options as before, or another folder");
    std::erase_if(there.episodes, [&](const EpisodeInfo& episode) {
        const bool whole = fs::exists(video_path(folder_, episode.index)) &&
                           fs::exists(tensors_path(folder_, episode.index));
        if (!whole) log::warn("{}: the files of episode {} are gone", folder_.string(), episode.index);
        return !whole;
    });
    manifest_ = std::move(there);
}

void DatasetWriter::remove_leftovers() const {
    std::vector<fs::path> leftovers;
    for (const auto& file : fs::directory_iterator(folder_))
        if (is_leftover(file.path())) leftovers.push_back(file.path());
    for (const fs::path& path : leftovers) fs::remove(path);
}

bool DatasetWriter::contains(int index) const {
    return std::ranges::binary_search(manifest_.episodes, index, {}, &EpisodeInfo::index);
}

void DatasetWriter::add(const EpisodeInfo& episode) {
    RV_ASSERT(!contains(episode.index), "an episode is listed once");
    const auto place = std::ranges::lower_bound(manifest_.episodes, episode.index, {}, &EpisodeInfo::index);
    manifest_.episodes.insert(place, episode);
    write_manifest(folder_, manifest_);
}

}  // namespace rv::dataset
