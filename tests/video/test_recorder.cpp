#include <doctest/doctest.h>

#include "engine/core/error.h"
#include "engine/video/recorder.h"
#include "engine/video/video_reader.h"
#include "tests/video/video_test_tools.h"

using namespace rv;
using namespace rv::video;
using namespace rv::test;

namespace {

std::vector<std::int64_t> indices_in(const std::filesystem::path& path) {
    VideoReader reader(path);
    std::vector<std::uint8_t> rgb(reader.rgb_bytes());
    std::vector<std::int64_t> indices;
    while (reader.read(rgb)) indices.push_back(reader.frame_index());
    return indices;
}

}  // namespace

TEST_CASE("[Recorder] with waiting, every frame arrives in order") {
    const Folder folder("recorder");
    Recorder recorder(folder.path / "a.mp4", 64, 36, {15, 1}, {.queue_frames = 2, .wait_when_full = true});
    for (int i = 0; i < 60; ++i) CHECK(recorder.push(Picture(64, 36, i).view()));
    recorder.finish();
    recorder.finish();
    CHECK(recorder.dropped_frames() == 0);
    CHECK(recorder.written_frames() == 60);
    CHECK_FALSE(recorder.error());
    const auto indices = indices_in(folder.path / "a.mp4");
    REQUIRE(indices.size() == 60);
    for (int i = 0; i < 60; ++i) CHECK(indices[static_cast<std::size_t>(i)] == i);
}

TEST_CASE("[Recorder] a full queue drops frames, counts them and keeps the time of the others") {
    const Folder folder("drops");
    // Far more pixels and effort than the encoder can take at the speed of copying.
    const RecorderOptions options{.writer = {.codec = "libx264", .preset = "veryslow"}, .queue_frames = 1};
    Recorder recorder(folder.path / "a.mp4", 640, 360, {15, 1}, options);
    const Picture picture(640, 360, 0, 60);
    std::vector<std::int64_t> taken;
    for (int i = 0; i < 300; ++i)
        if (recorder.push(picture.view())) taken.push_back(i);
    recorder.finish();
    CHECK(recorder.dropped_frames() > 0);
    CHECK(recorder.dropped_frames() == 300 - taken.size());
    CHECK(recorder.written_frames() == taken.size());
    CHECK(indices_in(folder.path / "a.mp4") == taken);
}

TEST_CASE("[Recorder] a full disk is kept as one sentence, and recording on neither blocks nor throws") {
    const Folder folder("recorder-full");
    for (const bool wait : {false, true}) {
        const auto path = folder.path / "a.mp4";
        const FullDiskAt limit(100'000);
        Recorder recorder(path, 128, 72, {15, 1}, {.queue_frames = 4, .wait_when_full = wait});
        for (int i = 0; i < 400; ++i) recorder.push(Picture(128, 72, i, 40).view());
        recorder.finish();
        CHECK(recorder.written_frames() + recorder.dropped_frames() == 400);
        if (wait) {
            REQUIRE(recorder.error());
            CHECK(recorder.error()->find(path.string()) == 0);
            CHECK(indices_in(path).size() >= 5);
        }
    }
}

TEST_CASE("[Recorder] a file that cannot be created is said at once") {
    const Folder folder("recorder-absent");
    CHECK_THROWS_AS(Recorder(folder.path / "absent" / "a.mp4", 64, 36, {15, 1}), FileError);
}
