#pragma once
/// Writes the two files of one episode. They carry temporary names until finish(); without it they are
/// removed.

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/core/action.h"
#include "engine/core/camera.h"
#include "engine/core/frame_view.h"
#include "engine/dataset/dataset.h"
#include "engine/video/video_writer.h"

namespace rv::dataset {

/// One frame as a simulator shows it; everything is borrowed. The three maps are empty and the pose is not
/// written where DatasetInfo says that there are none.
struct FrameRecord {
    FrameView color;
    std::span<const float> depth_m = {};              ///< (H, W)
    std::span<const std::int8_t> normals = {};        ///< (H, W, 4), snorm8; the fourth is ignored
    std::span<const std::uint8_t> segmentation = {};  ///< (H, W)
    CameraPose pose = {};
    Action action = {};  ///< that led to this frame; zero in the first
    bool collided = false;
};

class EpisodeWriter {
  public:
    /// @throws FileError if the folder cannot be written. Does not touch dataset.json: several processes may
    /// write episodes of one dataset while one lists them (DatasetWriter).
    EpisodeWriter(const std::filesystem::path& folder, const DatasetInfo& info, int index,
                  std::uint64_t seed);
    ~EpisodeWriter();
    EpisodeWriter(const EpisodeWriter&) = delete;
    EpisodeWriter& operator=(const EpisodeWriter&) = delete;

    /// The prompt from the next added frame on.
    void set_prompt(std::string text, std::string look);
    /// A fact about this episode alone, such as "ego" = "drive".
    void set_tag(std::string name, std::string value);
    void add(const FrameRecord& frame);
    /// Writes the rest and gives the files their names. At least one frame was added.
    EpisodeInfo finish();

    [[nodiscard]] int frames() const { return frames_; }

  private:
    void write_tensors(const std::filesystem::path& path) const;

    std::filesystem::path folder_;
    Intrinsics intrinsics_;
    bool has_poses_ = true, has_maps_ = true;
    int index_ = 0;
    std::uint64_t seed_ = 0;
    std::filesystem::path temporary_video_;
    std::optional<video::VideoWriter> video_;
    int frames_ = 0;
    std::vector<float> actions_, poses_;
    std::vector<std::uint8_t> collided_;
    std::vector<std::uint64_t> digests_;
    std::vector<std::uint16_t> depth_;
    std::vector<std::int8_t> normals_;
    std::vector<std::uint8_t> segmentation_;
    std::vector<std::uint8_t> rgb_;  // scratch
    std::vector<PromptSpan> prompts_;
    std::map<std::string, std::string> tags_;
};

}  // namespace rv::dataset
