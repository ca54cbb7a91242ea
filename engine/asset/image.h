#pragma once
/// Pictures in files: PNG and JPEG in, PNG out.

#include <cstdint>
#include <filesystem>
#include <vector>

#include "engine/core/frame_view.h"

namespace rv::asset {

/// RGBA8, sRGB, tight rows from the top. Owns its pixels.
struct Image {
    int width = 0, height = 0;
    std::vector<std::uint8_t> rgba;  ///< width * height * 4 bytes

    [[nodiscard]] FrameView view() const {
        return {rgba.data(), width, height, static_cast<std::size_t>(width) * 4};
    }
};

/// Reads a PNG or JPEG; a picture without alpha becomes opaque.
/// @throws FileError if the file is missing, damaged or of another kind.
Image load_image(const std::filesystem::path& file);

/// Writes a PNG; the parent folder must exist. An existing file is replaced.
/// @throws FileError if the file cannot be written.
void save_png(const std::filesystem::path& file, const FrameView& picture);

}  // namespace rv::asset
