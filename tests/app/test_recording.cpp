#include <doctest/doctest.h>

#include <algorithm>

#include "engine/app/recording_choice.h"
#include "engine/core/error.h"
#include "engine/video/video_reader.h"
#include "tests/app/hash_world.h"
#include "tests/support/temporary_folder.h"

using namespace rv::app;
using rv::tests::TemporaryFolder;

namespace {

void record_three_frames(RecordingOptions options) {
    NoSink sink;
    Generation generation(sink, hash_world::opener(std::make_shared<hash_world::Probe>()));
    rv::world_model::Start start;
    start.seed = 7;
    start.prompt = "a village at night";
    generation.open("hash", {}, start);
    options.wait_when_full = true;
    generation.start_recording(options);
    CHECK_FALSE(generation.recording()->encoder().empty());
    generation.step({});
    generation.step({});
    generation.stop_recording();
    CHECK(generation.take_recording_error().empty());
}

}  // namespace

TEST_CASE("[Recording] the video says world, seed, prompt and version, and is enlarged as asked") {
    const TemporaryFolder folder;
    record_three_frames({.video = folder.path() / "a.mkv", .codec = "ffv1", .scale = 3});
    rv::video::VideoReader reader(folder.path() / "a.mkv");
    CHECK(reader.width() == 3 * hash_world::kWidth);
    CHECK(reader.height() == 3 * hash_world::kHeight);
    CHECK(reader.metadata("seed") == "7");
    CHECK(reader.metadata("prompt") == "a village at night");
    CHECK_FALSE(reader.metadata("title").empty());
    CHECK_FALSE(reader.metadata("world").empty());
    CHECK(reader.metadata("program").starts_with("Reverie "));
    std::vector<std::uint8_t> rgb(reader.rgb_bytes());
    int frames = 0;
    while (reader.read(rgb)) ++frames;
    CHECK(frames == 3);
}

TEST_CASE("[Recording] the session lies beside the video, or beside the folder of an image sequence") {
    const TemporaryFolder folder;
    record_three_frames({.video = folder.path() / "made" / "frames" / "%05d.png", .scale = 1});
    CHECK(std::filesystem::exists(folder.path() / "made" / "frames" / "00002.png"));
    CHECK_FALSE(std::filesystem::exists(folder.path() / "made" / "frames" / "00003.png"));
    CHECK(read_session(folder.path() / "made" / "frames.session.jsonl").frame_count() == 3);
    CHECK(session_path("walk.gif") == "walk.session.jsonl");
    CHECK(session_path("%05d.png") == "frames.session.jsonl");
}

TEST_CASE("[Recording] where the window takes the pictures only the session is written") {
    const TemporaryFolder folder;
    NoSink sink;
    Generation generation(sink, hash_world::opener(std::make_shared<hash_world::Probe>()));
    generation.open("hash", {}, {});
    generation.start_recording({.video = folder.path() / "a.mp4", .with_interface = true});
    generation.step({});
    CHECK(generation.recording()->frames() == 2);
    CHECK(generation.recording()->encoder().empty());
    generation.stop_recording();
    CHECK_FALSE(std::filesystem::exists(folder.path() / "a.mp4"));
    CHECK(read_session(folder.path() / "a.session.jsonl").frame_count() == 2);
}

TEST_CASE("[Recording] a codec that does not fit leaves nothing behind") {
    const TemporaryFolder folder;
    CHECK_THROWS_WITH_AS(record_three_frames({.video = folder.path() / "a.webm", .codec = "libx264"}),
                         doctest::Contains("libx264 does not go into WebM"), rv::UsageError);
    CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("[Recording] the closing words count what was dropped") {
    CHECK(closing_words("a.mp4", "libx264", 0) == "Recorded a.mp4 with libx264, no frame dropped");
    CHECK(closing_words("a.mp4", "libx264", 1) == "Recorded a.mp4 with libx264, 1 frame dropped");
    CHECK(closing_words("a.mp4", "libx264", 12) == "Recorded a.mp4 with libx264, 12 frames dropped");
}

TEST_CASE("[RecordingChoice] what the command line said is what the panel begins with") {
    const auto formats = recording_formats();
    REQUIRE(formats.size() == 6);
    CHECK(std::ranges::find(formats[0].codecs, "libx264") != formats[0].codecs.end());
    CHECK(std::ranges::find(formats[2].codecs, "libx264") == formats[2].codecs.end());  // WebM
    CHECK(formats[3].codecs.empty());                                                   // GIF
    const RecordingOptions asked{
        .video = "a.webm", .codec = "libvpx-vp9", .scale = 2, .with_interface = true};
    const rv::ui::RecordingChoice choice = choice_of(asked, formats);
    CHECK(formats[static_cast<std::size_t>(choice.format)].extension == ".webm");
    CHECK(choice.codec == "libvpx-vp9");
    CHECK(choice.scale == 2);
    CHECK(choice.with_interface);
    CHECK(choice_of({}, formats) == rv::ui::RecordingChoice{});
}
