#pragma once
/// How many frames a second a film has, and how large they are.

#include "world_model/world.h"

namespace rv::app {

/// 0 stands for the world's own.
struct FilmFormat {
    double fps = 0;
    int width = 0, height = 0;  ///< the largest picture of the world's proportions that fits into this
    friend bool operator==(const FilmFormat&, const FilmFormat&) = default;
};

constexpr double kMaxFilmFps = 240;
constexpr int kMinFilmSide = 16, kMaxFilmSide = 8192;

/// With nothing left open: the rate, and the picture's real size. @throws UsageError for what is out of
/// range.
FilmFormat completed(const FilmFormat& format, const world_model::WorldInfo& info);

}  // namespace rv::app
