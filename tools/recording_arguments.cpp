#include "tools/recording_arguments.h"

namespace rv::tools {

void RecordingArguments::declare(CLI::App& app) {
    app.add_option("--record", file,
                   "Video to record into: .mp4, .mkv, .webm, .gif, .webp, or FOLDER/%05d.png for numbered "
                   "pictures; the session goes beside it");
    app.add_option("--codec", codec, "An encoder of FFmpeg by name; auto: hardware where it opens")
        ->capture_default_str();
    app.add_option(
        "--quality", quality,
        "In the codec's own terms: crf (libx264: 0 to 51, lower is better), cq, quality (WebP: 0 to "
        "100, higher is better) or quantiser");
    app.add_option("--record-scale", scale,
                   "Enlarge the recorded pictures by this whole factor; 0: up to 768 pixels of width")
        ->check(CLI::Range(0, 16))
        ->capture_default_str();
    app.add_flag("--record-interface", with_interface,
                 "Record the window as it is seen, with panels and split views (docs/recording.md)");
}

app::RecordingOptions RecordingArguments::options(const std::filesystem::path& otherwise) const {
    app::RecordingOptions options;
    options.video = file.empty() ? otherwise : std::filesystem::path(file);
    options.codec = codec;
    options.quality = quality;
    options.scale = scale;
    options.with_interface = with_interface;
    if (!options.video.empty()) video::container_of(options.video);
    return options;
}

}  // namespace rv::tools
