#pragma once
/// What the camera's panel and the path over the picture show, and what the person asks for through them.

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "engine/core/camera.h"

namespace rv::ui {

struct CameraKey {
    double time_s = 0;
    CameraPose pose;
};

/// A film in the making.
struct FilmProgress {
    int frames = 0, frame_count = 0;
    bool travelling = false;  ///< still on the way to the first key
    double share = 0;         ///< of the work, 0 to 1
};

struct CameraState {
    CameraPose pose;  ///< that the newest frame was seen from
    Intrinsics lens;  ///< of the world's pictures
    std::span<const CameraKey> keys;
    std::span<const CameraPose> path;  ///< the way through the keys, close enough together to draw
    double film_fps = 15;
    int film_width = 0, film_height = 0;  ///< pixels
    std::optional<FilmProgress> film;
};

struct CameraKeyTime {
    std::size_t key = 0;
    double time_s = 0;
};

struct FilmLook {
    double fps = 0;
    int width = 0;  ///< pixels; the height follows
};

struct CameraIntents {
    bool add_key = false, clear = false, toggle_film = false;
    std::optional<std::size_t> go_to, remove;  ///< keys by index
    std::optional<CameraKeyTime> retime;
    std::optional<double> duration_s;
    std::optional<FilmLook> look;
    std::optional<std::string> import_from, export_to;  ///< files
};

}  // namespace rv::ui
