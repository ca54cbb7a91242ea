#pragma once
/// Small pictures of start frames for the panels.

#include <filesystem>

#include "ui/picture_atlas.h"

namespace rv::app {

inline constexpr int kThumbnailWidth = 160;  ///< pixels; sharp enough at twice the usual density

/// A PNG or JPEG, made small; a grey one where it cannot be read.
ui::Picture thumbnail_of(const std::filesystem::path& file);
/// For worlds that bring none.
ui::Picture grey_thumbnail();

}  // namespace rv::app
