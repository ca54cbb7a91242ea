#include <doctest/doctest.h>

#include <algorithm>

#include "engine/core/error.h"
#include "engine/video/video_reader.h"
#include "engine/video/video_writer.h"
#include "tests/video/video_test_tools.h"

using namespace rv;
using namespace rv::video;
using namespace rv::test;
namespace fs = std::filesystem;

namespace {

const Metadata kMetadata = {{"title", "Village"},
                            {"world", "village"},
                            {"seed", "7"},
                            {"prompt", "a village at night, <snow> & \"ice\""},
                            {"program", "Reverie 0.1.0"}};

std::string write_frames(const fs::path& path, int frames, WriterOptions options = {}, int width = 128,
                         int height = 72) {
    options.metadata = kMetadata;
    VideoWriter writer(path, width, height, {15, 1}, options);
    for (int i = 0; i < frames; ++i) writer.write(Picture(width, height, i, 0).view());
    writer.finish();
    return writer.encoder();
}

void check_decodes(const fs::path& path, int frames, double largest_difference) {
    VideoReader reader(path);
    CHECK(reader.width() == 128);
    CHECK(reader.height() == 72);
    std::vector<std::uint8_t> rgb(reader.rgb_bytes());
    for (int i = 0; i < frames; ++i) {
        CAPTURE(i);
        REQUIRE(reader.read(rgb));
        CHECK(mean_difference(rgb, Picture(128, 72, i, 0).rgb()) < largest_difference);
    }
    CHECK_FALSE(reader.read(rgb));
}

int occurrences(const std::string& text, std::string_view what) {
    int count = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
    return count;
}

std::uint32_t little_endian(const std::string& bytes, std::size_t at, int count) {
    std::uint32_t value = 0;
    for (int i = count - 1; i >= 0; --i)
        value = value << 8 | static_cast<std::uint8_t>(bytes[at + static_cast<std::size_t>(i)]);
    return value;
}

}  // namespace

TEST_CASE("[Containers] MP4, Matroska and WebM keep size, frames, colours and what they say") {
    const Folder folder("containers");
    for (const char* name : {"a.mp4", "a.mkv", "a.webm"}) {
        CAPTURE(name);
        const fs::path path = folder.path / name;
        write_frames(path, 20);
        check_decodes(path, 20, 6.0);
        const VideoReader reader(path);
        for (const auto& [key, value] : kMetadata) CHECK(reader.metadata(key) == value);
        CHECK(reader.metadata("absent").empty());
    }
}

TEST_CASE("[Containers] every codec that was asked for by name is the one that writes") {
    const Folder folder("codecs");
    struct Wish {
        const char *file, *codec;
        std::optional<int> quality;
    };
    for (const Wish& wish :
         {Wish{"a.mp4", "libx265", 20}, Wish{"b.mkv", "ffv1", {}}, Wish{"c.webm", "libvpx", 20},
          Wish{"d.mkv", "mjpeg", 2}, Wish{"e.mkv", "libx264rgb", 5}, Wish{"f.mkv", "libaom-av1", 20},
          Wish{"g.mp4", "mpeg4", 2}}) {
        CAPTURE(wish.codec);
        CHECK(write_frames(folder.path / wish.file, 4, {.codec = wish.codec, .quality = wish.quality}) ==
              wish.codec);
        check_decodes(folder.path / wish.file, 4, 8.0);
    }
}

TEST_CASE("[Containers] a GIF has its own colours in every frame, loops, and says what it is") {
    const Folder folder("gif");
    const fs::path path = folder.path / "a.gif";
    CHECK(write_frames(path, 12) == "gif");
    check_decodes(path, 12, 8.0);
    const std::string bytes = bytes_of(path);
    CHECK(bytes.find("NETSCAPE2.0") != std::string::npos);
    CHECK(VideoReader(path).metadata("comment").starts_with("title: Village\nworld: village\nseed: 7\n"));
    CHECK(bytes.back() == '\x3b');
}

// FFmpeg 5 writes animated WebP but does not read it: the chunks themselves are looked at. (With less quality
// libwebp leaves out frames that hardly differ from the one before, and shows that one longer.)
TEST_CASE("[Containers] an animated WebP has every frame, loops, and says what it is") {
    const Folder folder("webp");
    const fs::path path = folder.path / "a.webp";
    CHECK(write_frames(path, 10, {.quality = 95}) == "libwebp_anim");
    const std::string bytes = bytes_of(path);
    REQUIRE(bytes.size() > 100);
    CHECK(bytes.substr(8, 8) == "WEBPVP8X");
    CHECK(little_endian(bytes, 4, 4) + 8 == bytes.size());
    CHECK((bytes[20] & 0x06) == 0x06);  // animation and XMP
    CHECK(little_endian(bytes, 24, 3) + 1 == 128);
    CHECK(little_endian(bytes, 27, 3) + 1 == 72);
    CHECK(occurrences(bytes, "ANMF") == 10);
    CHECK(little_endian(bytes, bytes.find("ANIM") + 12, 2) == 0);  // for ever
    CHECK(bytes.find("&lt;snow&gt; &amp;") != std::string::npos);
}

TEST_CASE("[Containers] an image sequence is exact, numbered, annotated, and repeats a picture over a gap") {
    const Folder folder("images");
    const fs::path pattern = folder.path / "%05d.png";
    {
        VideoWriter writer(pattern, 33, 17, {15, 1}, {.metadata = kMetadata});
        writer.write(Picture(33, 17, 0).view());
        writer.skip(2);
        writer.write(Picture(33, 17, 3).view());
        writer.finish();
    }
    for (const auto& [file, index] : {std::pair{"00000.png", 0}, {"00002.png", 0}, {"00003.png", 3}}) {
        VideoReader reader(folder.path / file);
        std::vector<std::uint8_t> rgb(reader.rgb_bytes());
        REQUIRE(reader.read(rgb));
        CHECK(rgb == Picture(33, 17, index).rgb());
        CHECK(bytes_of(folder.path / file).find("prompt") != std::string::npos);
        CHECK(bytes_of(folder.path / file).find(kMetadata[3].second) != std::string::npos);
    }
    CHECK_FALSE(fs::exists(folder.path / "00004.png"));
}

TEST_CASE("[Containers] names and codecs that make no sense are refused in one sentence") {
    const Folder folder("refused");
    const auto refused = [&](const char* name, const WriterOptions& options, const char* sentence) {
        CAPTURE(name);
        CHECK_THROWS_WITH_AS(VideoWriter(folder.path / name, 64, 36, {15, 1}, options),
                             doctest::Contains(sentence), UsageError);
        CHECK(fs::is_empty(folder.path));
    };
    refused("a.avi", {}, ".webp");
    refused("a", {}, "does not say what kind");
    refused("a.png", {}, "%05d.png");
    refused("a%s.png", {}, "%05d.png");
    refused("a.mp4", {.codec = "warp"}, "libx265");
    refused("a.webm", {.codec = "libx264"}, "libx264 does not go into WebM");
    refused("a.webp", {.codec = "libx264"}, "libwebp_anim");
    refused("a.mp4", {.codec = "libx264", .quality = 99}, "0 to 51");
    refused("a.webp", {.quality = 101}, "0 to 100");
    refused("a.mkv", {.codec = "ffv1", .quality = 5}, "no quality");
}

TEST_CASE("[Containers] hardware that is not there is passed over, or said where it was asked for") {
    const Folder folder("hardware");
    const std::string chosen = write_frames(folder.path / "a.mp4", 3);
    CHECK_FALSE(chosen.empty());
    const auto offered = encoders_for(Container::Mp4);
    CHECK(std::ranges::find(offered, "libx264") != offered.end());
    CHECK(std::ranges::find(offered, "h264_vaapi") == offered.end());  // reads only its own memory
    if (chosen != "libx264" || std::ranges::find(offered, "h264_nvenc") == offered.end()) return;
    CHECK_THROWS_WITH_AS(write_frames(folder.path / "b.mp4", 3, {.codec = "h264_nvenc"}),
                         doctest::Contains("does not open on this machine"), DeviceError);
}
