#include "engine/dataset/recordings.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "engine/core/error.h"
#include "engine/core/interrupt.h"
#include "engine/core/progress.h"
#include "engine/dataset/action_track.h"
#include "engine/dataset/dataset_writer.h"
#include "engine/dataset/episode_writer.h"
#include "engine/video/video_reader.h"

namespace rv::dataset {
namespace {

namespace fs = std::filesystem;

constexpr float kFovRadians = 55 * std::numbers::pi_v<float> / 180;  // a guess: nobody knows the lens
constexpr int kSizeMultiple = 8;                                     // of every tokenizer

std::string lower_extension(const fs::path& path) {
    std::string extension = path.extension().string();
    std::ranges::transform(extension, extension.begin(), [](unsigned char c) { return std::tolower(c); });
    return extension;
}

bool is_video(const std::string& extension) {
    static constexpr std::array kKnown = {".mp4", ".mkv",  ".webm", ".mov", ".avi", ".m4v",
                                          ".mpg", ".mpeg", ".ts",   ".flv", ".wmv", ".gif"};
    return std::ranges::find(kKnown, extension) != kKnown.end();
}

std::string settings_digest(const std::vector<Recording>& recordings) {
    std::uint64_t hash = 14695981039346656037ull;
    for (const Recording& recording : recordings)
        for (const char c : recording.video.filename().string() + "\n")
            hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
    return text;
}

/// What is known after a look at every file.
struct Survey {
    std::vector<ActionTable> actions;
    double frame_rate = 0;
    bool has_prompt = false;
};

Survey survey(const std::vector<Recording>& recordings, const ImportOptions& options) {
    Survey result;
    result.frame_rate = options.frame_rate;
    for (const Recording& recording : recordings) {
        const ActionTable& table = result.actions.emplace_back(read_actions(recording.actions));
        result.has_prompt = result.has_prompt || !table.prompts.empty();
        result.frame_rate =
            std::min(result.frame_rate, video::VideoReader(recording.video).frame_rate().value());
    }
    return result;
}

DatasetInfo describe(const std::vector<Recording>& recordings, const Survey& seen,
                     const ImportOptions& options) {
    DatasetInfo info;
    info.environment = "recordings";
    info.frame_rate = seen.frame_rate;
    info.intrinsics = Intrinsics::from_vertical_fov(options.width, options.height, kFovRadians);
    info.action_names.assign(kActionNames.begin(), kActionNames.end());
    info.has_prompt = seen.has_prompt;
    info.has_poses = info.has_maps = false;
    info.settings = {{"recordings", std::to_string(recordings.size())},
                     {"names of the recordings", settings_digest(recordings)}};
    return info;
}

void check_lengths(const Recording& recording, const ActionTable& table, int64_t frames, double rate,
                   int tolerance_frames) {
    const auto refuse = [&](const std::string& what) {
        throw FileError(
            recording.actions.string(),
            what + " " + recording.video.filename().string() + " has " + std::to_string(frames) + " frames",
            "one row a frame, or a column \"time\" in seconds");
    };
    const auto rows = static_cast<int64_t>(table.actions.size());
    if (table.time_s.empty() && std::abs(rows - frames) > tolerance_frames)
        refuse("has " + std::to_string(rows) + " rows, but");
    if (!table.time_s.empty() && table.time_s.back() * rate > static_cast<double>(frames + tolerance_frames))
        refuse("goes on until second " + std::to_string(std::lround(table.time_s.back())) + ", but");
}

EpisodeInfo convert(const Recording& recording, const ActionTable& table, const DatasetInfo& info, int index,
                    const fs::path& out, int tolerance_frames) {
    video::VideoReader reader(recording.video);
    reader.scale_to(info.intrinsics.width, info.intrinsics.height);
    const double rate = reader.frame_rate().value();
    const ActionTrack track(table, rate);
    EpisodeWriter writer(out, info, index, static_cast<std::uint64_t>(index));
    writer.set_tag("recording", recording.video.filename().string());

    std::vector<std::uint8_t> rgba(reader.rgba_bytes());
    double last_s = 0;
    std::string prompt;
    int64_t frames = 0;
    for (; reader.read(rgba); ++frames) {
        // Rows that belong to frames count them; times need the video's own clock.
        const int64_t place = table.time_s.empty() ? frames : reader.frame_index();
        const double now_s = static_cast<double>(place) / rate;
        // The picture nearest to each moment of the dataset; gaps in the video are filled with what follows.
        while (now_s + 0.5 / rate > writer.frames() / info.frame_rate) {
            const bool first = writer.frames() == 0;
            if (info.has_prompt && (first || track.prompt_at(now_s) != prompt)) {
                prompt = track.prompt_at(now_s);
                writer.set_prompt(prompt, prompt);
            }
            FrameRecord record{.color = {rgba.data(), reader.width(), reader.height(),
                                         static_cast<std::size_t>(reader.width()) * 4}};
            if (!first) record.action = track.between(last_s, now_s);
            writer.add(record);
            last_s = now_s;
        }
    }
    if (frames == 0) throw FileError(recording.video.string(), "holds no picture that can be decoded");
    check_lengths(recording, table, frames, rate, tolerance_frames);
    return writer.finish();
}

}  // namespace

std::vector<Recording> find_recordings(const fs::path& folder) {
    if (!fs::is_directory(folder)) throw FileError(folder.string(), "is not a folder");
    std::map<std::string, Recording> by_stem;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string extension = lower_extension(entry.path()), stem = entry.path().stem().string();
        const bool actions = extension == ".csv" || extension == ".jsonl";
        if (!entry.is_regular_file() || stem.starts_with('.') || !(actions || is_video(extension))) continue;
        fs::path& place = actions ? by_stem[stem].actions : by_stem[stem].video;
        if (!place.empty())
            throw FileError(entry.path().string(), "and " + place.filename().string() + " have the same name",
                            "one video and one file of actions for each recording");
        place = entry.path();
    }
    std::vector<Recording> recordings;
    for (const auto& [stem, recording] : by_stem) {
        if (recording.actions.empty())
            throw FileError(recording.video.string(), "has no file of actions",
                            "put " + stem + ".csv or " + stem + ".jsonl next to it");
        if (recording.video.empty())
            throw FileError(recording.actions.string(), "has no video", "put " + stem + ".mp4 next to it");
        recordings.push_back(recording);
    }
    if (recordings.empty())
        throw FileError(folder.string(), "holds no recording",
                        "videos with a .csv or .jsonl of the same name each");
    return recordings;
}

bool import_recordings(const std::vector<Recording>& recordings, const fs::path& out,
                       const ImportOptions& options) {
    if (options.width < kSizeMultiple || options.height < kSizeMultiple ||
        options.width % kSizeMultiple != 0 || options.height % kSizeMultiple != 0)
        throw UsageError("frames of " + std::to_string(options.width) + " x " +
                             std::to_string(options.height) + " do not fit a tokenizer",
                         "a width and a height that are multiples of 8");
    if (!(options.frame_rate > 0)) throw UsageError("a frame rate must be above 0");
    const Survey seen = survey(recordings, options);
    DatasetWriter writer(out, describe(recordings, seen, options));
    const InterruptGuard guard;
    ProgressBar progress("import", "recordings", recordings.size());
    progress.start_from(writer.episodes().size());
    for (std::size_t i = 0; i < recordings.size(); ++i) {
        const int index = static_cast<int>(i);
        if (writer.contains(index)) continue;
        if (InterruptGuard::interrupted()) return false;
        writer.add(
            convert(recordings[i], seen.actions[i], writer.info(), index, out, options.tolerance_frames));
        progress.update(writer.episodes().size());
    }
    progress.finish();
    return true;
}

}  // namespace rv::dataset
