#include "engine/app/recording_choice.h"

#include <algorithm>
#include <array>

#include "engine/app/resources.h"

namespace rv::app {
namespace {

struct Kind {
    video::Container container;
    const char *label, *extension;
};
constexpr std::array kKinds = {
    Kind{video::Container::Mp4, "MP4 video", ".mp4"},
    Kind{video::Container::Matroska, "Matroska video", ".mkv"},
    Kind{video::Container::WebM, "WebM video", ".webm"},
    Kind{video::Container::Gif, "GIF animation", ".gif"},
    Kind{video::Container::WebP, "WebP animation", ".webp"},
    Kind{video::Container::Images, "PNG pictures", ".png"},
};
constexpr std::array kKnownCodecs = {"libx264",    "libx265",    "h264_nvenc", "hevc_nvenc",
                                     "libvpx-vp9", "libaom-av1", "libsvtav1",  "ffv1"};

// A kind of file with a single codec leaves nothing to choose.
std::vector<std::string> codecs_for(video::Container container) {
    const std::vector<std::string> all = video::encoders_for(container);
    std::vector<std::string> known;
    if (all.size() > 1)
        for (const char* name : kKnownCodecs)
            if (std::ranges::binary_search(all, name)) known.emplace_back(name);
    return known;
}

}  // namespace

std::vector<ui::RecordingFormat> recording_formats() {
    std::vector<ui::RecordingFormat> formats;
    for (const Kind& kind : kKinds)
        formats.push_back({kind.label, kind.extension, codecs_for(kind.container)});
    return formats;
}

ui::RecordingChoice choice_of(const RecordingOptions& options,
                              const std::vector<ui::RecordingFormat>& formats) {
    ui::RecordingChoice choice{0, options.codec, options.scale, options.with_interface};
    const auto found =
        std::ranges::find(formats, options.video.extension().string(), &ui::RecordingFormat::extension);
    if (found != formats.end()) choice.format = static_cast<int>(found - formats.begin());
    return choice;
}

RecordingOptions options_of(const ui::RecordingChoice& choice,
                            const std::vector<ui::RecordingFormat>& formats) {
    RecordingOptions options;
    options.video = new_video_path(formats[static_cast<std::size_t>(choice.format)].extension);
    options.codec = choice.codec;
    options.scale = choice.scale;
    options.with_interface = choice.with_interface;
    return options;
}

}  // namespace rv::app
