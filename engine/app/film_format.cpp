#include "engine/app/film_format.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "engine/core/error.h"

namespace rv::app {
namespace {

void check_side(int side) {
    if (side == 0 || (side >= kMinFilmSide && side <= kMaxFilmSide)) return;
    throw UsageError("a film cannot be " + std::to_string(side) + " pixels wide or high",
                     std::to_string(kMinFilmSide) + " to " + std::to_string(kMaxFilmSide));
}

}  // namespace

FilmFormat completed(const FilmFormat& format, const world_model::WorldInfo& info) {
    if (!(format.fps >= 0 && format.fps <= kMaxFilmFps))
        throw UsageError("a film cannot have " + std::to_string(format.fps) + " frames a second",
                         "up to " + std::to_string(static_cast<int>(kMaxFilmFps)));
    check_side(format.width);
    check_side(format.height);
    const double across = static_cast<double>(format.width) / info.width;
    const double down = static_cast<double>(format.height) / info.height;
    double scale = 1;
    if (format.width > 0 && format.height > 0)
        scale = std::min(across, down);
    else if (format.width > 0 || format.height > 0)
        scale = std::max(across, down);
    const auto scaled = [&](int side) { return std::max(1, static_cast<int>(std::lround(side * scale))); };
    return {format.fps > 0 ? format.fps : info.frame_rate, scaled(info.width), scaled(info.height)};
}

}  // namespace rv::app
