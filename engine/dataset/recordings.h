#pragma once
/// Turns somebody's own recordings, videos with a file of actions each, into a dataset: pictures, actions and
/// prompts; no poses and no maps.

#include <filesystem>
#include <vector>

namespace rv::dataset {

struct Recording {
    std::filesystem::path video, actions;
};

/// The videos of a folder with their .csv or .jsonl of the same stem, by name.
/// @throws FileError if there is none, or one without the other.
std::vector<Recording> find_recordings(const std::filesystem::path& folder);

struct ImportOptions {
    int width = 128, height = 72;  ///< pictures are stretched to this size, multiples of 8
    double frame_rate = 15;        ///< at most; the rate of the slowest recording where that is lower
    int tolerance_frames = 3;      ///< by which a video and a file with one row a frame may differ in length
};

/// One episode a recording. Continues what an earlier call with the same recordings left unfinished, and
/// shows progress on standard error.
/// @return false if SIGINT or SIGTERM stopped it between two recordings.
/// @throws UsageError; FileError for the first recording that cannot be used; nothing half-written is left.
bool import_recordings(const std::vector<Recording>& recordings, const std::filesystem::path& out,
                       const ImportOptions& options);

}  // namespace rv::dataset
