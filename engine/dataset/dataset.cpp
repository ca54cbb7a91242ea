#include "engine/dataset/dataset.h"

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "engine/core/atomic_file.h"
#include "engine/core/error.h"

namespace rv::dataset {
namespace {

using nlohmann::json;

constexpr std::string_view kFormatName = "reverie-dataset";
constexpr std::string_view kRemedy = "a folder that 'reverie collect' made";

std::filesystem::path episode_path(const std::filesystem::path& folder, int episode, const char* extension) {
    char name[64];
    std::snprintf(name, sizeof name, "episode_%06d.%s", episode, extension);
    return folder / name;
}

json to_json(const Manifest& manifest) {
    const DatasetInfo& info = manifest.info;
    json episodes = json::array();
    for (const EpisodeInfo& episode : manifest.episodes)
        episodes.push_back({{"index", episode.index}, {"frames", episode.frames}, {"seed", episode.seed}});
    const Intrinsics& k = info.intrinsics;
    return {{"format", kFormatName},
            {"version", kFormatVersion},
            {"environment", info.environment},
            {"frame_rate", info.frame_rate},
            {"width", k.width},
            {"height", k.height},
            {"intrinsics", {{"fx", k.fx}, {"fy", k.fy}, {"cx", k.cx}, {"cy", k.cy}}},
            {"action_names", info.action_names},
            {"max_turn_rad_per_frame", info.max_turn_rad_per_frame},
            {"max_step_m_per_frame", info.max_step_m_per_frame},
            {"has_prompt", info.has_prompt},
            {"has_poses", info.has_poses},
            {"has_maps", info.has_maps},
            {"segment_names", info.segment_names},
            {"settings", info.settings},
            {"episodes", episodes}};
}

Manifest from_json(const json& root, const std::string& path) {
    if (!root.is_object() || root.value("format", "") != kFormatName)
        throw FileError(path, "is not the index of a dataset", kRemedy);
    if (const int version = root.at("version").get<int>(); version != kFormatVersion)
        throw FileError(path,
                        "has format version " + std::to_string(version) + ", this program reads version " +
                            std::to_string(kFormatVersion),
                        "a matching version of the program, or collect the data again");
    Manifest manifest;
    DatasetInfo& info = manifest.info;
    info.environment = root.at("environment").get<std::string>();
    info.frame_rate = root.at("frame_rate").get<double>();
    const json& k = root.at("intrinsics");
    info.intrinsics = {root.at("width").get<int>(), root.at("height").get<int>(), k.at("fx").get<float>(),
                       k.at("fy").get<float>(),     k.at("cx").get<float>(),      k.at("cy").get<float>()};
    info.action_names = root.at("action_names").get<std::vector<std::string>>();
    info.max_turn_rad_per_frame = root.at("max_turn_rad_per_frame").get<float>();
    info.max_step_m_per_frame = root.at("max_step_m_per_frame").get<float>();
    info.has_prompt = root.at("has_prompt").get<bool>();
    info.has_poses = root.value("has_poses", true);  // datasets of simulators need not say so
    info.has_maps = root.value("has_maps", true);
    info.segment_names = root.at("segment_names").get<std::vector<std::string>>();
    info.settings = root.at("settings").get<std::map<std::string, std::string>>();
    for (const json& episode : root.at("episodes"))
        manifest.episodes.push_back({episode.at("index").get<int>(), episode.at("frames").get<int>(),
                                     episode.at("seed").get<std::uint64_t>()});
    return manifest;
}

void check(const Manifest& manifest, const std::string& path) {
    constexpr int kMaxSide = 16384, kMaxFrames = 10'000'000;
    const Intrinsics& k = manifest.info.intrinsics;
    if (k.width < 1 || k.height < 1 || k.width > kMaxSide || k.height > kMaxSide)
        throw FileError(path, "claims frames of " + std::to_string(k.width) + "x" + std::to_string(k.height),
                        kRemedy);
    if (!(manifest.info.frame_rate > 0 && manifest.info.frame_rate < 10'000))
        throw FileError(path, "claims an impossible frame rate", kRemedy);
    int previous = -1;
    for (const EpisodeInfo& episode : manifest.episodes) {
        if (episode.index <= previous) throw FileError(path, "does not list its episodes in order", kRemedy);
        if (episode.frames < 1 || episode.frames > kMaxFrames)
            throw FileError(path,
                            "claims " + std::to_string(episode.frames) + " frames for episode " +
                                std::to_string(episode.index),
                            kRemedy);
        previous = episode.index;
    }
}

}  // namespace

Manifest read_manifest(const std::filesystem::path& folder) {
    const std::string path = (folder / kManifestName).string();
    std::ifstream file(path, std::ios::binary);
    if (!file) throw FileError(path, "cannot be opened", kRemedy);
    std::ostringstream text;
    text << file.rdbuf();
    try {
        const Manifest manifest = from_json(json::parse(text.str()), path);
        check(manifest, path);
        return manifest;
    } catch (const json::parse_error&) {
        throw FileError(path, "is cut short or not JSON", kRemedy);
    } catch (const json::exception& error) {
        throw FileError(path, std::string("lacks something or has it in another form (") + error.what() + ")",
                        kRemedy);
    }
}

void write_manifest(const std::filesystem::path& folder, const Manifest& manifest) {
    write_file_atomically(folder / kManifestName,
                          to_json(manifest).dump(1, ' ', false, json::error_handler_t::replace) + "\n");
}

std::filesystem::path video_path(const std::filesystem::path& folder, int episode) {
    return episode_path(folder, episode, "mkv");
}
std::filesystem::path tensors_path(const std::filesystem::path& folder, int episode) {
    return episode_path(folder, episode, "safetensors");
}

}  // namespace rv::dataset
