#include "engine/dataset/dataset_reader.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/core/error.h"
#include "engine/core/safetensors.h"
#include "engine/dataset/episode_format.h"
#include "engine/video/video_reader.h"

namespace rv::dataset {
namespace {

using nlohmann::json;

constexpr std::string_view kRemedy =
    "delete this episode's two files and run the same 'reverie collect' again";

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& what) {
    throw FileError(path.string(), what, kRemedy);
}

void check_metadata(const SafetensorsFile& file, const EpisodeInfo& episode, const Intrinsics& k) {
    const auto expect = [&](const char* key, const std::string& value) {
        const auto found = file.metadata().find(key);
        if (found == file.metadata().end() || found->second != value)
            refuse(file.path(), std::string("is not the episode that the index lists: its ") + key + " is " +
                                    (found == file.metadata().end() ? "missing" : found->second) + ", not " +
                                    value);
    };
    expect("format", std::string(episode_format::kName));
    expect("version", std::to_string(kFormatVersion));
    expect("frames", std::to_string(episode.frames));
    expect("width", std::to_string(k.width));
    expect("height", std::to_string(k.height));
    expect("seed", std::to_string(episode.seed));
}

const TensorView& tensor(const SafetensorsFile& file, std::string_view name, DType dtype,
                         const std::vector<std::int64_t>& shape) {
    const TensorView& view = file.at(name);
    if (view.dtype != dtype || view.shape != shape)
        refuse(file.path(), "has '" + std::string(name) + "' as " + std::string(name_of(view.dtype)) + " " +
                                describe_shape(view.shape) + " instead of " + std::string(name_of(dtype)) +
                                " " + describe_shape(shape));
    return view;
}

template <class T>
std::vector<T> unpacked(const SafetensorsFile& file, std::string_view name, const MapLayout& layout) {
    const TensorView& view = file.at(name);
    std::vector<T> map(layout.size_bytes() / sizeof(T));
    if (view.dtype != DType::U8 || !unpack_map(view.bytes, layout, std::as_writable_bytes(std::span(map))))
        refuse(file.path(), "has damaged data in '" + std::string(name) + "'");
    return map;
}

std::vector<PromptSpan> read_prompts(const SafetensorsFile& file, int frames) {
    const auto found = file.metadata().find("prompts");
    if (found == file.metadata().end()) return {};
    try {
        std::vector<PromptSpan> prompts;
        for (const json& span : json::parse(found->second))
            prompts.push_back({span.at("frame").get<int>(), span.at("text").get<std::string>(),
                               span.at("look").get<std::string>()});
        int previous = -1;
        for (const PromptSpan& span : prompts) {
            if (span.frame <= previous || span.frame >= frames)
                refuse(file.path(), "has prompts out of order");
            previous = span.frame;
        }
        return prompts;
    } catch (const json::exception&) {
        refuse(file.path(), "has unreadable prompts");
    }
}

std::vector<std::uint8_t> read_frames(const std::filesystem::path& path, int frames, const Intrinsics& k,
                                      const std::vector<std::uint64_t>& digests) {
    video::VideoReader reader(path);
    if (reader.width() != k.width || reader.height() != k.height)
        refuse(path,
               "has frames of " + std::to_string(reader.width()) + "x" + std::to_string(reader.height()));
    const std::size_t frame_bytes = reader.rgb_bytes();
    std::vector<std::uint8_t> rgb(frame_bytes * static_cast<std::size_t>(frames));
    for (int t = 0; t < frames; ++t) {
        const std::span frame =
            std::span(rgb).subspan(static_cast<std::size_t>(t) * frame_bytes, frame_bytes);
        if (!reader.read(frame))
            refuse(path,
                   "is cut short: it has " + std::to_string(t) + " of " + std::to_string(frames) + " frames");
        if (episode_format::frame_digest(frame) != digests[static_cast<std::size_t>(t)])
            refuse(path, "is damaged: frame " + std::to_string(t) + " is not what was written");
    }
    return rgb;
}

}  // namespace

Action Episode::action(int t) const {
    RV_ASSERT(t >= 0 && t < frames, "a frame of the episode");
    std::array<float, kActionSize> values{};
    std::copy_n(actions.begin() + static_cast<std::ptrdiff_t>(t) * static_cast<std::ptrdiff_t>(kActionSize),
                kActionSize, values.begin());
    return Action::from_values(values);
}

CameraPose Episode::pose(int t) const {
    RV_ASSERT(t >= 0 && t < frames, "a frame of the episode");
    if (poses.empty()) return {};
    const float* rows = poses.data() + static_cast<std::ptrdiff_t>(t) * 16;
    glm::mat4 matrix;
    for (int row = 0; row < 4; ++row)
        for (int column = 0; column < 4; ++column) matrix[column][row] = rows[row * 4 + column];
    return CameraPose::from_matrix(matrix);
}

const PromptSpan* Episode::prompt_at(int t) const {
    const auto after = std::ranges::upper_bound(prompts, t, {}, &PromptSpan::frame);
    return after == prompts.begin() ? nullptr : &*std::prev(after);
}

DatasetReader DatasetReader::open(const std::filesystem::path& folder) {
    DatasetReader reader;
    reader.folder_ = folder;
    reader.manifest_ = read_manifest(folder);
    return reader;
}

std::int64_t DatasetReader::total_frames() const {
    std::int64_t total = 0;
    for (const EpisodeInfo& episode : manifest_.episodes) total += episode.frames;
    return total;
}

Episode DatasetReader::load(std::size_t i, const LoadOptions& options) const {
    RV_ASSERT(i < size(), "an episode of the dataset");
    namespace format = episode_format;
    const EpisodeInfo& info = manifest_.episodes[i];
    const Intrinsics& k = manifest_.info.intrinsics;
    const SafetensorsFile file = SafetensorsFile::open(tensors_path(folder_, info.index));
    check_metadata(file, info, k);

    Episode episode;
    episode.info = info;
    episode.frames = info.frames;
    episode.width = k.width;
    episode.height = k.height;
    const std::int64_t frames = info.frames, actions = static_cast<std::int64_t>(kActionSize);
    episode.actions = tensor(file, "actions", DType::F32, {frames, actions}).values<float>();
    if (manifest_.info.has_poses)
        episode.poses = tensor(file, "poses", DType::F32, {frames, 4, 4}).values<float>();
    episode.collided = tensor(file, "collided", DType::U8, {frames}).values<std::uint8_t>();
    episode.prompts = read_prompts(file, info.frames);
    for (const auto& [key, value] : file.metadata())
        if (key.starts_with(format::kTagPrefix))
            episode.tags.emplace(key.substr(format::kTagPrefix.size()), value);
    if (options.frames) {
        const auto digests = tensor(file, "frame_digests", DType::I64, {frames}).values<std::uint64_t>();
        episode.rgb = read_frames(video_path(folder_, info.index), info.frames, k, digests);
    }
    const bool maps = manifest_.info.has_maps;
    if (options.depth && maps)
        episode.depth = unpacked<std::uint16_t>(file, "depth.packed", format::depth_layout(info.frames, k));
    if (options.normals && maps)
        episode.normals =
            unpacked<std::int8_t>(file, "normals.packed", format::normals_layout(info.frames, k));
    if (options.segmentation && maps)
        episode.segmentation =
            unpacked<std::uint8_t>(file, "segmentation.packed", format::segmentation_layout(info.frames, k));
    return episode;
}

}  // namespace rv::dataset
