#include "engine/app/film.h"

#include <algorithm>
#include <utility>

#include "engine/app/resources.h"
#include "engine/core/error.h"

namespace rv::app {
namespace {

const FilmOptions& checked(const FilmOptions& options, const world_model::WorldInfo& info) {
    if (!info.has_pose) throw UsageError("the world \"" + info.name + "\" follows no camera");
    if (options.path.empty()) throw UsageError("the camera path has no keys");
    make_parent_folder(options.video);
    return options;
}

std::vector<CameraPose> approach_to(const CameraPose& begin, const CameraPose& now, double fps) {
    const double seconds = travel_time_s(now, begin);
    if (seconds * fps <= 1) return {};  // a step away, as every frame of the path
    constexpr double kRounding = 1e-6;  // seconds
    const CameraPath way({{0, now}, {seconds, begin}});
    std::vector<CameraPose> poses;
    for (int i = 1; i / fps < seconds - kRounding; ++i) poses.push_back(way.at(i / fps));
    return poses;
}

}  // namespace

Film::Film(FilmOptions options, std::unique_ptr<world_model::Rollout> rollout,
           const world_model::WorldInfo& info)
    : options_(std::move(options)),
      format_(completed(checked(options_, info).format, info)),
      rollout_(std::move(rollout)),
      approach_(approach_to(options_.path.at(0), rollout_->pose(), info.frame_rate)),
      resizer_(info.width, info.height, format_.width, format_.height),
      rgba_(static_cast<std::size_t>(info.width) * info.height * 4),
      recorder_(options_.video, format_.width, format_.height, video::rational_from(format_.fps),
                {.wait_when_full = true}) {}

Film::~Film() {
    recorder_.finish();
}

bool Film::step() {
    const FilmStatus before = status();
    if (before.frames == before.frame_count) {
        finish();
        return false;
    }
    const CameraPose pose = before.travelling ? approach_[static_cast<std::size_t>(made_)]
                                              : options_.path.at(before.frames / format_.fps);
    rollout_->step({{}, pose, options_.prompt, options_.sampler_steps});
    ++made_;
    if (before.travelling) return true;
    rollout_->copy_frame(rgba_);
    recorder_.push(resizer_.resize(rgba_));
    check_video();
    return true;
}

void Film::finish() {
    recorder_.finish();
    check_video();
}

void Film::check_video() const {
    if (const auto failure = recorder_.error()) throw Error(*failure);
}

FilmStatus Film::status() const {
    const int approach = static_cast<int>(approach_.size());
    const int count = options_.path.frame_count(format_.fps);
    return {options_.video, std::max(0, made_ - approach), count, made_ < approach,
            static_cast<double>(made_) / (approach + count)};
}

}  // namespace rv::app
