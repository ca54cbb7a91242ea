#include "engine/app/thumbnail.h"

#include <algorithm>

#include "engine/app/resize.h"
#include "engine/asset/image.h"
#include "engine/core/error.h"
#include "engine/core/log.h"

namespace rv::app {

ui::Picture thumbnail_of(const std::filesystem::path& file) {
    try {
        const asset::Image image = asset::load_image(file);
        const int width = std::min(kThumbnailWidth, image.width);
        const int height = std::max(1, image.height * width / image.width);
        Resizer resizer(image.width, image.height, width, height);
        const FrameView small = resizer.resize(image.rgba);
        return {width,
                height,
                {small.rgba,
                 small.rgba + static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4}};
    } catch (const Error& error) {
        log::warn("{}", error.what());
        return grey_thumbnail();
    }
}

ui::Picture grey_thumbnail() {
    constexpr int kHeight = kThumbnailWidth * 9 / 16;
    return {kThumbnailWidth, kHeight,
            std::vector<std::uint8_t>(std::size_t{kThumbnailWidth} * kHeight * 4, 72)};
}

}  // namespace rv::app
