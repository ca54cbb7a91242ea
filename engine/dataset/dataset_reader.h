#pragma once
/// Reads a dataset's episodes.
///
///     const DatasetReader dataset = DatasetReader::open("data/village");
///     for (std::size_t i = 0; i < dataset.size(); ++i)
///         const Episode episode = dataset.load(i, {.normals = false, .segmentation = false});

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/action.h"
#include "engine/core/camera.h"
#include "engine/dataset/dataset.h"

namespace rv::dataset {

/// What to load besides actions, poses, collisions and prompts.
struct LoadOptions {
    bool frames = true;
    bool depth = true;
    bool normals = true;
    bool segmentation = true;
};

/// One episode in memory; all arrays are row-major and tight. What was not asked for, or is not there, is
/// empty.
struct Episode {
    EpisodeInfo info;
    int frames = 0, width = 0, height = 0;
    std::vector<std::uint8_t> rgb;  ///< (T, H, W, 3) sRGB
    std::vector<std::uint16_t>
        depth;  ///< (T, H, W) metres along the view axis, as half-precision bits (half.h)
    std::vector<std::int8_t> normals;        ///< (T, H, W, 3) snorm8, world space; sky: 0
    std::vector<std::uint8_t> segmentation;  ///< (T, H, W) index into DatasetInfo::segment_names
    std::vector<float> actions;              ///< (T, 6); row t led to frame t, row 0 is zero
    std::vector<float> poses;  ///< (T, 4, 4) camera to world, row-major: translation in the last column;
                               ///< empty for datasets without poses
    std::vector<std::uint8_t> collided;  ///< (T)
    std::vector<PromptSpan> prompts;     ///< ascending; empty for worlds without a prompt

    std::map<std::string, std::string> tags;  ///< facts about this episode alone: "ego" = "drive"

    [[nodiscard]] Action action(int t) const;
    /// The identity in datasets without poses.
    [[nodiscard]] CameraPose pose(int t) const;
    /// In force at frame t; null where there is none.
    [[nodiscard]] const PromptSpan* prompt_at(int t) const;
};

/// Any number of threads may load at once.
class DatasetReader {
  public:
    /// @throws FileError if the folder holds no dataset that this version can read.
    static DatasetReader open(const std::filesystem::path& folder);

    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
    [[nodiscard]] const DatasetInfo& info() const { return manifest_.info; }
    [[nodiscard]] const std::vector<EpisodeInfo>& episodes() const { return manifest_.episodes; }
    [[nodiscard]] std::size_t size() const { return manifest_.episodes.size(); }
    [[nodiscard]] std::int64_t total_frames() const;

    /// @param i place in episodes(). @throws FileError naming the file that is missing, cut short or damaged.
    [[nodiscard]] Episode load(std::size_t i, const LoadOptions& options = {}) const;

  private:
    std::filesystem::path folder_;
    Manifest manifest_;
};

}  // namespace rv::dataset
