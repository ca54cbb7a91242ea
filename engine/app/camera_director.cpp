#include "engine/app/camera_director.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/app/camera_path_file.h"
#include "engine/core/error.h"

namespace rv::app {
namespace {

constexpr double kDrawnPerSecond = 15, kMostDrawn = 600;  // points of the path over the picture

// From top to bottom, radians.
float fov_y(const Intrinsics& lens) {
    return 2 * std::atan(0.5f * static_cast<float>(lens.height) / lens.fy);
}

std::string counted_keys(std::size_t count) {
    return std::to_string(count) + (count == 1 ? " key" : " keys");
}

}  // namespace

CameraDirector::CameraDirector(Control& control, Notify notify)
    : control_(control), notify_(std::move(notify)) {}

void CameraDirector::add_key(const GenerationStatus& status) {
    if (!status.world || status.film) return;
    if (!status.world->has_pose) return notify_(ui::ToastKind::Notice, "This world follows no camera");
    path_.add(status.pose);
    refresh();
    notify_(ui::ToastKind::Notice, "Key " + std::to_string(path_.keys().size()) + " of the camera path");
}

void CameraDirector::obey(const ui::CameraIntents& intents, const GenerationStatus& status) {
    if (!status.world) return;
    const std::size_t count = path_.keys().size();
    if (intents.go_to && *intents.go_to < count) go_to(path_.keys()[*intents.go_to].pose);
    if (intents.retime && intents.retime->key > 0 && intents.retime->key < count)
        path_.retime(intents.retime->key, intents.retime->time_s);
    if (intents.duration_s) path_.set_duration(*intents.duration_s);
    if (intents.remove && *intents.remove < count) path_.remove(*intents.remove);
    if (intents.clear) path_ = {};
    if (intents.retime || intents.duration_s || intents.remove || intents.clear) refresh();
    if (intents.add_key) add_key(status);
    if (intents.look) format_ = {intents.look->fps, intents.look->width, 0};
    if (intents.import_from) import_from(*intents.import_from, *status.world);
    if (intents.export_to) export_to(*intents.export_to, *status.world);
    if (intents.toggle_film) toggle_film(status);
}

// A paused world makes one frame, so that there is something to see.
void CameraDirector::go_to(const CameraPose& pose) {
    control_.set_free_camera(true);
    control_.post(PlaceCameraRequest{pose});
    control_.single_step();
}

void CameraDirector::toggle_film(const GenerationStatus& status) {
    if (status.film) return control_.post(StopFilmRequest{});
    FilmOptions film;
    film.path = path_;
    film.format = format_;
    film.prompt = control_.prompt();
    film.sampler_steps = status.sampler_steps;
    control_.post(FilmRequest{std::move(film)});
}

void CameraDirector::import_from(const std::string& file, const world_model::WorldInfo& world) {
    try {
        CameraPathFile read = read_camera_path(file, world.frame_rate);
        path_ = std::move(read.path);
        format_ = read.format;
        refresh();
        notify_(ui::ToastKind::Success, counted_keys(path_.keys().size()) + " from " + file);
    } catch (const Error& error) {
        notify_(ui::ToastKind::Error, error.what());
    }
}

void CameraDirector::export_to(const std::string& file, const world_model::WorldInfo& world) {
    try {
        write_camera_path(file, path_, completed(format_, world), fov_y(world.intrinsics));
        notify_(ui::ToastKind::Success, "Wrote " + file);
    } catch (const Error& error) {
        notify_(ui::ToastKind::Error, error.what());
    }
}

void CameraDirector::refresh() {
    keys_.clear();
    for (const CameraPathKey& key : path_.keys()) keys_.push_back({key.time_s, key.pose});
    drawn_ = path_.sampled(std::min(kDrawnPerSecond, kMostDrawn / std::max(path_.duration_s(), 1.0)));
}

ui::CameraState CameraDirector::update(const GenerationStatus& status) {
    if (status.last_film != last_film_) {
        last_film_ = status.last_film;
        notify_(ui::ToastKind::Success, "Filmed " + last_film_.string());
    }
    ui::CameraState state;
    state.pose = status.pose;
    state.keys = keys_;
    state.path = drawn_;
    if (status.film)
        state.film = ui::FilmProgress{status.film->frames, status.film->frame_count, status.film->travelling,
                                      status.film->progress};
    if (!status.world) return state;
    state.lens = status.world->intrinsics;
    const FilmFormat film = completed(format_, *status.world);
    state.film_fps = film.fps;
    state.film_width = film.width;
    state.film_height = film.height;
    return state;
}

}  // namespace rv::app
