#pragma once
/// Metadata for the formats whose FFmpeg writers drop it: one comment, "name: value" a line.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "engine/video/video_format.h"

namespace rv::video {

/// "title: Village\nseed: 7\n"
std::string comment_of(const Metadata& metadata);

/// Adds a comment extension to a finished GIF. @throws FileError.
void annotate_gif(const std::filesystem::path& file, const Metadata& metadata);
/// Adds an XMP chunk to a finished animated WebP. @throws FileError.
void annotate_webp(const std::filesystem::path& file, const Metadata& metadata);
/// The same PNG with one iTXt chunk for every name.
std::vector<std::uint8_t> annotated_png(std::span<const std::uint8_t> png, const Metadata& metadata);

}  // namespace rv::video
