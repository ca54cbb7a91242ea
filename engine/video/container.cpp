#include "engine/video/container.h"

#include <algorithm>
#include <array>

#include "engine/core/error.h"
#include "engine/video/encoder.h"

namespace rv::video {
namespace {

struct Trait {
    Container container;
    std::string_view extension, name, muxer;
    std::array<std::string_view, 3> encoders;
};

constexpr std::array kTraits = {
    Trait{Container::Mp4, ".mp4", "MP4", "mp4", {"h264_nvenc", "h264_qsv", "libx264"}},
    Trait{Container::Matroska, ".mkv", "Matroska", "matroska", {"h264_nvenc", "h264_qsv", "libx264"}},
    Trait{Container::WebM, ".webm", "WebM", "webm", {"libvpx-vp9", "libvpx", "libaom-av1"}},
    Trait{Container::Gif, ".gif", "GIF", "gif", {"gif"}},
    Trait{Container::WebP, ".webp", "WebP", "webp", {"libwebp_anim"}},
    Trait{Container::Images, ".png", "an image sequence", "image2", {"png"}},
};

const Trait& trait_of(Container container) {
    return *std::ranges::find(kTraits, container, &Trait::container);
}

// One %d, perhaps with a width: "%d", "%5d", "%05d".
bool is_numbered(const std::string& name) {
    const std::size_t percent = name.find('%');
    if (percent == std::string::npos || name.find('%', percent + 1) != std::string::npos) return false;
    const std::size_t letter = name.find_first_not_of("0123456789", percent + 1);
    return letter != std::string::npos && letter - percent <= 3 && name[letter] == 'd';
}

}  // namespace

Container container_of(const std::filesystem::path& video) {
    std::string extension = video.extension().string();
    std::ranges::transform(extension, extension.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto found = std::ranges::find(kTraits, extension, &Trait::extension);
    constexpr std::string_view kEndings =
        "a name that ends in .mp4, .mkv, .webm, .gif, .webp, or FOLDER/%05d.png";
    if (found == kTraits.end())
        throw UsageError("the name " + video.string() + " does not say what kind of video to write",
                         kEndings);
    if (found->container == Container::Images && !is_numbered(video.filename().string()))
        throw UsageError("an image sequence needs a number in its name, and " + video.string() + " has none",
                         "for instance frames/%05d.png");
    return found->container;
}

std::string_view name_of(Container container) {
    return trait_of(container).name;
}

std::span<const std::string_view> usual_encoders(Container container) {
    const auto& all = trait_of(container).encoders;
    const auto count = std::ranges::find(all, std::string_view{}) - all.begin();
    return std::span(all).first(static_cast<std::size_t>(count));
}

std::string_view muxer_of(Container container) {
    return trait_of(container).muxer;
}

bool takes(Container container, const AVCodec* encoder) {
    if (encoder->type != AVMEDIA_TYPE_VIDEO || !reads_host_memory(encoder)) return false;
    switch (container) {
        // Their muxers take a single codec, and say so only when the file is opened.
        case Container::Gif:
        case Container::Images:
        case Container::WebP:
            return encoder->name == usual_encoders(container).front();
        default:
            break;
    }
    const AVOutputFormat* muxer = av_guess_format(muxer_of(container).data(), nullptr, nullptr);
    return muxer && avformat_query_codec(muxer, encoder->id, FF_COMPLIANCE_NORMAL) == 1;
}

std::vector<std::string> encoders_for(Container container) {
    std::vector<std::string> names;
    void* position = nullptr;
    while (const AVCodec* codec = av_codec_iterate(&position))
        if (av_codec_is_encoder(codec) && takes(container, codec)) names.emplace_back(codec->name);
    std::ranges::sort(names);
    return names;
}

std::filesystem::path whole_of(const std::filesystem::path& video) {
    if (container_of(video) != Container::Images) return video;
    return video.has_parent_path() ? video.parent_path() : std::filesystem::path("frames");
}

}  // namespace rv::video
