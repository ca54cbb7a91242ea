#include "engine/dataset/episode_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "engine/core/error.h"
#include "engine/core/safetensors.h"
#include "engine/dataset/episode_format.h"
#include "engine/dataset/half.h"

namespace rv::dataset {
namespace {

void flush_to_disk(const std::filesystem::path& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const bool flushed = fd >= 0 && ::fdatasync(fd) == 0;
    const std::string reason = std::strerror(errno);
    if (fd >= 0) ::close(fd);
    if (!flushed)
        throw FileError(path.string(), "cannot be flushed to the disk: " + reason, "check free space");
}

template <class T>
std::span<const std::byte> bytes(const std::vector<T>& values) {
    return std::as_bytes(std::span(values));
}

}  // namespace

EpisodeWriter::EpisodeWriter(const std::filesystem::path& folder, const DatasetInfo& info, int index,
                             std::uint64_t seed)
    : folder_(folder),
      intrinsics_(info.intrinsics),
      has_poses_(info.has_poses),
      has_maps_(info.has_maps),
      index_(index),
      seed_(seed) {
    RV_ASSERT(info.action_names.size() == kActionSize, "the engine's actions");
    temporary_video_ = video_path(folder, index);
    temporary_video_ += ".part";
    video_.emplace(temporary_video_, intrinsics_.width, intrinsics_.height,
                   video::rational_from(info.frame_rate),
                   video::WriterOptions{.codec = "ffv1", .container = video::Container::Matroska});
}

EpisodeWriter::~EpisodeWriter() {
    video_.reset();
    std::error_code ignored;
    std::filesystem::remove(temporary_video_, ignored);
}

void EpisodeWriter::set_prompt(std::string text, std::string look) {
    if (!prompts_.empty() && prompts_.back().frame == frames_) prompts_.pop_back();
    prompts_.push_back({frames_, std::move(text), std::move(look)});
}

void EpisodeWriter::set_tag(std::string name, std::string value) {
    tags_.insert_or_assign(std::move(name), std::move(value));
}

void EpisodeWriter::add(const FrameRecord& frame) {
    const std::size_t pixels =
        static_cast<std::size_t>(intrinsics_.width) * static_cast<std::size_t>(intrinsics_.height);
    RV_ASSERT(frame.color.width == intrinsics_.width && frame.color.height == intrinsics_.height,
              "frame size");
    const std::size_t map_size = has_maps_ ? pixels : 0;
    RV_ASSERT(frame.depth_m.size() == map_size && frame.normals.size() == map_size * 4 &&
                  frame.segmentation.size() == map_size,
              "maps of the frame's size");
    video_->write(frame.color);

    rgb_.resize(pixels * 3);
    std::uint8_t* rgb = rgb_.data();
    for (int y = 0; y < frame.color.height; ++y) {
        const std::uint8_t* row = frame.color.row(y);
        for (int x = 0; x < frame.color.width; ++x, rgb += 3, row += 4) std::copy_n(row, 3, rgb);
    }
    digests_.push_back(episode_format::frame_digest(rgb_));

    std::ranges::transform(frame.depth_m, std::back_inserter(depth_), half_from_float);
    normals_.reserve(normals_.size() + map_size * 3);
    for (std::size_t i = 0; i < map_size; ++i)
        normals_.insert(normals_.end(), frame.normals.data() + i * 4, frame.normals.data() + i * 4 + 3);
    segmentation_.insert(segmentation_.end(), frame.segmentation.begin(), frame.segmentation.end());

    for (const float value : frame.action.values()) actions_.push_back(value);
    const glm::mat4 pose = frame.pose.camera_to_world();
    for (int row = 0; row < 4; ++row)
        for (int column = 0; column < 4; ++column) poses_.push_back(pose[column][row]);
    collided_.push_back(frame.collided ? 1 : 0);
    ++frames_;
}

void EpisodeWriter::write_tensors(const std::filesystem::path& path) const {
    namespace format = episode_format;
    nlohmann::json prompts = nlohmann::json::array();
    for (const PromptSpan& span : prompts_)
        if (span.frame < frames_)
            prompts.push_back({{"frame", span.frame}, {"text", span.text}, {"look", span.look}});

    std::map<std::string, std::string> metadata = {
        {"format", std::string(format::kName)},
        {"version", std::to_string(kFormatVersion)},
        {"frames", std::to_string(frames_)},
        {"width", std::to_string(intrinsics_.width)},
        {"height", std::to_string(intrinsics_.height)},
        {"seed", std::to_string(seed_)},
        {"prompts", prompts.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)}};
    for (const auto& [name, value] : tags_) metadata.emplace(std::string(format::kTagPrefix) + name, value);

    const std::int64_t frames = frames_;
    const auto size = [](const auto& values) { return static_cast<std::int64_t>(values.size()); };
    std::vector<TensorEntry> entries = {
        {"actions", DType::F32, {frames, static_cast<std::int64_t>(kActionSize)}, bytes(actions_)},
        {"collided", DType::U8, {frames}, bytes(collided_)},
        {"frame_digests", DType::I64, {frames}, bytes(digests_)},
    };
    if (has_poses_) entries.push_back({"poses", DType::F32, {frames, 4, 4}, bytes(poses_)});
    std::vector<std::byte> depth, normals, segmentation;
    if (has_maps_) {
        depth = pack_map(bytes(depth_), format::depth_layout(frames_, intrinsics_));
        normals = pack_map(bytes(normals_), format::normals_layout(frames_, intrinsics_));
        segmentation = pack_map(bytes(segmentation_), format::segmentation_layout(frames_, intrinsics_));
        entries.push_back({"depth.packed", DType::U8, {size(depth)}, depth});
        entries.push_back({"normals.packed", DType::U8, {size(normals)}, normals});
        entries.push_back({"segmentation.packed", DType::U8, {size(segmentation)}, segmentation});
    }
    write_safetensors(path, entries, metadata);
}

EpisodeInfo EpisodeWriter::finish() {
    RV_ASSERT(frames_ > 0 && video_, "an episode has frames and is finished once");
    video_->finish();
    video_.reset();
    flush_to_disk(temporary_video_);
    write_tensors(tensors_path(folder_, index_));
    std::filesystem::rename(temporary_video_, video_path(folder_, index_));
    return {index_, frames_, seed_};
}

}  // namespace rv::dataset
