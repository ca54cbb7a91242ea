#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "engine/core/error.h"
#include "engine/video/video_reader.h"
#include "engine/video/video_writer.h"
#include "tests/video/video_test_tools.h"

using namespace rv;
using namespace rv::video;
using namespace rv::test;
namespace fs = std::filesystem;

namespace {

void write_video(const fs::path& path, int width, int height, int frames, const WriterOptions& options,
                 Rational rate = {15, 1}) {
    VideoWriter writer(path, width, height, rate, options);
    for (int i = 0; i < frames; ++i) writer.write(Picture(width, height, i).view());
    writer.finish();
    CHECK(writer.frames_written() == frames);
}

/// Frames that can be read until the end or the first damage.
int playable_frames(const fs::path& path) {
    int count = 0;
    try {
        VideoReader reader(path);
        std::vector<std::uint8_t> rgb(reader.rgb_bytes());
        while (reader.read(rgb)) ++count;
    } catch (const FileError&) {
    }
    return count;
}

const WriterOptions kLossless{.codec = "ffv1", .container = Container::Matroska};
const WriterOptions kForPeople{.codec = "libx264", .container = Container::Mp4};

}  // namespace

TEST_CASE("[VideoWriter] FFV1 gives every pixel back, of odd sizes too") {
    const Folder folder("ffv1");
    for (const auto& [width, height] : {std::pair{128, 72}, std::pair{33, 17}}) {
        const fs::path path = folder.path / "a.mkv";
        write_video(path, width, height, 40, kLossless);
        VideoReader reader(path);
        CHECK(reader.width() == width);
        CHECK(reader.height() == height);
        CHECK(reader.frame_rate() == Rational{15, 1});
        CHECK(reader.frame_count() == 40);
        std::vector<std::uint8_t> rgb(reader.rgb_bytes());
        for (int i = 0; i < 40; ++i) {
            REQUIRE(reader.read(rgb));
            CHECK(reader.frame_index() == i);
            CHECK(rgb == Picture(width, height, i).rgb());
        }
        CHECK_FALSE(reader.read(rgb));
        CHECK_FALSE(reader.read(rgb));
    }
}

TEST_CASE("[VideoWriter] H.264 keeps size, rate, count and colours") {
    const Folder folder("h264");
    const fs::path path = folder.path / "a.mp4";
    write_video(path, 128, 72, 50, {.codec = "libx264", .quality = 10}, {30000, 1001});
    VideoReader reader(path);
    CHECK(reader.width() == 128);
    CHECK(reader.height() == 72);
    CHECK(reader.frame_rate().value() == doctest::Approx(29.97).epsilon(0.001));
    CHECK(reader.frame_count() == 50);
    std::vector<std::uint8_t> rgb(reader.rgb_bytes()), rgba(reader.rgba_bytes());
    for (int i = 0; i < 49; ++i) {
        REQUIRE(reader.read(rgb));
        CHECK(reader.frame_index() == i);
        CHECK(mean_difference(rgb, Picture(128, 72, i).rgb()) < 6.0);
    }
    REQUIRE(reader.read(rgba));
    CHECK(rgba[3] == 255);
    CHECK_FALSE(reader.read(rgb));
}

TEST_CASE("[VideoWriter] a frame with padded rows is written without the padding") {
    const Folder folder("stride");
    const Picture picture(16, 8, 3);
    std::vector<std::uint8_t> padded(8 * 100, 0xee);
    for (std::size_t y = 0; y < 8; ++y) std::copy_n(&picture.rgba[y * 64], 64, &padded[y * 100]);
    {
        VideoWriter writer(folder.path / "a.mkv", 16, 8, {15, 1}, kLossless);
        writer.write({padded.data(), 16, 8, 100});
    }
    VideoReader reader(folder.path / "a.mkv");
    std::vector<std::uint8_t> rgb(reader.rgb_bytes());
    REQUIRE(reader.read(rgb));
    CHECK(rgb == picture.rgb());
}

TEST_CASE("[VideoWriter] the same frames give the same lossless file") {
    const Folder folder("same");
    write_video(folder.path / "a", 64, 36, 20, kLossless);
    write_video(folder.path / "b", 64, 36, 20, kLossless);
    CHECK(bytes_of(folder.path / "a") == bytes_of(folder.path / "b"));
}

TEST_CASE("[VideoWriter] odd sizes become even ones in H.264") {
    const Folder folder("odd");
    write_video(folder.path / "a.mp4", 33, 17, 5, {});
    VideoReader reader(folder.path / "a.mp4");
    CHECK(reader.width() == 34);
    CHECK(reader.height() == 18);
}

TEST_CASE("[VideoWriter] skipped time leaves a gap that the indices show") {
    const Folder folder("gap");
    for (const WriterOptions& options : {kForPeople, kLossless}) {
        {
            VideoWriter writer(folder.path / "a", 64, 36, {15, 1}, options);
            writer.write(Picture(64, 36, 0).view());
            writer.skip(3);
            writer.write(Picture(64, 36, 4).view());
        }
        VideoReader reader(folder.path / "a");
        std::vector<std::uint8_t> rgb(reader.rgb_bytes());
        REQUIRE(reader.read(rgb));
        CHECK(reader.frame_index() == 0);
        REQUIRE(reader.read(rgb));
        CHECK(reader.frame_index() == 4);
    }
}

TEST_CASE("[VideoReader] seeking gives exactly that frame") {
    const Folder folder("seek");
    write_video(folder.path / "a.mkv", 64, 36, 70, kLossless);
    write_video(folder.path / "b.mp4", 64, 36, 70, {});
    VideoReader exact(folder.path / "a.mkv"), lossy(folder.path / "b.mp4");
    std::vector<std::uint8_t> rgb(exact.rgb_bytes());
    for (const int target : {0, 44, 15, 14, 69, 1, 30}) {
        CAPTURE(target);
        exact.seek(target);
        REQUIRE(exact.read(rgb));
        CHECK(exact.frame_index() == target);
        CHECK(rgb == Picture(64, 36, target).rgb());
        lossy.seek(target);
        REQUIRE(lossy.read(rgb));
        CHECK(lossy.frame_index() == target);
    }
    exact.seek(1000);
    CHECK_FALSE(exact.read(rgb));
}

TEST_CASE("[VideoWriter] a fragmented MP4 cut short plays to within about a second of the cut") {
    const Folder folder("cut");
    write_video(folder.path / "whole.mp4", 128, 72, 90, {});
    const std::string whole = bytes_of(folder.path / "whole.mp4");
    int previous = 0;
    for (const int percent : {30, 50, 70, 90, 99}) {
        put(folder.path / "cut.mp4", std::string_view(whole).substr(0, whole.size() * percent / 100));
        const int frames = playable_frames(folder.path / "cut.mp4");
        CAPTURE(percent);
        CHECK(frames >= 90 * percent / 100 - 20);
        CHECK(frames >= previous);
        previous = frames;
    }
}

TEST_CASE("[VideoReader] damaged files end in an error or early, never in a crash") {
    const Folder folder("damage");
    for (const WriterOptions& options : {kForPeople, kLossless}) {
        write_video(folder.path / "whole", 64, 36, 30, options);
        const std::string whole = bytes_of(folder.path / "whole");
        for (int i = 0; i < 60; ++i) {
            put(folder.path / "bad",
                std::string_view(whole).substr(0, whole.size() * static_cast<unsigned>(i) / 60));
            CHECK(playable_frames(folder.path / "bad") <= 30);
            std::string flipped = whole;
            flipped[whole.size() * static_cast<unsigned>(i) / 60] ^= 0x55;
            put(folder.path / "bad", flipped);
            CHECK(playable_frames(folder.path / "bad") <= 31);
        }
    }
}

TEST_CASE("[VideoReader] foreign and missing files are refused with the path") {
    const Folder folder("foreign");
    put(folder.path / "a.mp4", std::string(5000, 'x'));
    CHECK_THROWS_WITH_AS(VideoReader(folder.path / "a.mp4"), doctest::Contains("a.mp4"), FileError);
    put(folder.path / "empty.mp4", "");
    CHECK_THROWS_AS(VideoReader(folder.path / "empty.mp4"), FileError);
    CHECK_THROWS_WITH_AS(VideoReader(folder.path / "absent.mp4"), doctest::Contains("No such file"),
                         FileError);
    CHECK_THROWS_AS(VideoReader{folder.path}, FileError);
}

TEST_CASE("[VideoWriter] wrong arguments are refused") {
    const Folder folder("arguments");
    const fs::path path = folder.path / "a.mp4";
    CHECK_THROWS_AS(VideoWriter(path, 0, 72, {15, 1}), UsageError);
    CHECK_THROWS_AS(VideoWriter(path, 128, 72, {0, 1}), UsageError);
    CHECK_THROWS_AS(VideoWriter(path, 128, 72, {15, 1}, {.codec = "libx264", .preset = "warp"}), UsageError);
    CHECK_THROWS_WITH_AS(VideoWriter(folder.path / "absent" / "a.mp4", 128, 72, {15, 1}),
                         doctest::Contains("cannot be created"), FileError);
}

TEST_CASE("[VideoWriter] a full disk is one error, and what was written plays") {
    const Folder folder("full");
    for (const WriterOptions& options : {kForPeople, kLossless}) {
        const fs::path path = folder.path / "full";
        int errors = 0, offered = 0;
        {
            const FullDiskAt limit(300'000);
            VideoWriter writer(path, 128, 72, {15, 1}, options);
            for (; offered < 400; ++offered) {
                try {
                    writer.write(Picture(128, 72, offered, 40).view());
                } catch (const FileError& error) {
                    ++errors;
                    CHECK(std::string(error.what()).find("File too large") != std::string::npos);
                }
            }
            try {
                writer.finish();
            } catch (const FileError&) {
                ++errors;
            }
        }
        CHECK(errors == 1);
        CHECK(playable_frames(path) >= 10);
    }
}

TEST_CASE("[Rational] frame rates become simple fractions") {
    CHECK(rational_from(15.0) == Rational{15, 1});
    CHECK(rational_from(29.97).value() == doctest::Approx(29.97));
    CHECK(rational_from(12.5) == Rational{25, 2});
    CHECK(rational_from(30000.0 / 1001) == Rational{30000, 1001});
}
