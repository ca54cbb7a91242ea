#pragma once
/// A dataset: a folder of episodes that an environment made, for training and evaluating world models.
/// docs/dataset.md describes the files.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/camera.h"

namespace rv::dataset {

/// What all episodes have in common.
struct DatasetInfo {
    std::string environment;
    double frame_rate = 15.0;
    Intrinsics intrinsics;  ///< of every frame; its width and height are the frames'
    std::vector<std::string> action_names;
    float max_turn_rad_per_frame = 0;
    float max_step_m_per_frame = 0;
    bool has_prompt = false;
    bool has_poses = true;  ///< false: nobody knows where the camera was, as in recordings of a game
    bool has_maps = true;   ///< depth, normals and segmentation; false: the pictures are all there is
    std::vector<std::string> segment_names;
    /// How the episodes were made ("frames": "240"): a dataset is continued only with the same settings.
    std::map<std::string, std::string> settings;
};

struct EpisodeInfo {
    int index = 0;  ///< names the files
    int frames = 0;
    std::uint64_t seed = 0;  ///< of the environment
    friend bool operator==(const EpisodeInfo&, const EpisodeInfo&) = default;
};

/// The prompt in force from `frame` on, until the next span.
struct PromptSpan {
    int frame = 0;
    std::string text;  ///< as a person would write it
    std::string look;  ///< the same, canonical: "night, snow, meadow"
    friend bool operator==(const PromptSpan&, const PromptSpan&) = default;
};

/// dataset.json as a value.
struct Manifest {
    DatasetInfo info;
    std::vector<EpisodeInfo> episodes;  ///< by index, ascending
};

inline constexpr int kFormatVersion = 1;
inline constexpr std::string_view kManifestName = "dataset.json";

/// @throws FileError if it is missing, foreign, cut short or of a newer version.
Manifest read_manifest(const std::filesystem::path& folder);
/// Replaces the file atomically. @throws FileError.
void write_manifest(const std::filesystem::path& folder, const Manifest& manifest);

std::filesystem::path video_path(const std::filesystem::path& folder, int episode);  ///< episode_000123.mkv
std::filesystem::path tensors_path(const std::filesystem::path& folder,
                                   int episode);  ///< episode_000123.safetensors

}  // namespace rv::dataset
