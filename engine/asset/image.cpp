#include "engine/asset/image.h"

#include <cstring>

#include "engine/core/error.h"

// The implementation stays private to this file, so that a program may link another copy of stb.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wshadow"
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#include <stb/stb_image.h>
#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb/stb_image_write.h>
#pragma GCC diagnostic pop

namespace rv::asset {

Image load_image(const std::filesystem::path& file) {
    if (!std::filesystem::is_regular_file(file)) {
        throw FileError(file.string(), "there is no such picture");
    }
    Image image;
    int channels = 0;
    stbi_uc* pixels = stbi_load(file.c_str(), &image.width, &image.height, &channels, 4);
    if (pixels == nullptr) {
        throw FileError(file.string(), std::string("cannot be read as a picture: ") + stbi_failure_reason(),
                        "give a PNG or JPEG file");
    }
    image.rgba.assign(pixels, pixels + static_cast<std::size_t>(image.width) * image.height * 4);
    stbi_image_free(pixels);
    return image;
}

void save_png(const std::filesystem::path& file, const FrameView& picture) {
    const int written = stbi_write_png(file.c_str(), picture.width, picture.height, 4, picture.rgba,
                                       static_cast<int>(picture.stride_bytes));
    if (written == 0) {
        throw FileError(file.string(), "the picture cannot be written",
                        "check that the folder exists and that the disk has room");
    }
}

}  // namespace rv::asset
