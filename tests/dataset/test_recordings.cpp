#include <doctest/doctest.h>

#include <cstdlib>

#include "engine/core/error.h"
#include "engine/dataset/dataset_reader.h"
#include "engine/dataset/recordings.h"
#include "engine/video/video_reader.h"
#include "engine/video/video_writer.h"
#include "tests/support/messages.h"
#include "tests/video/video_test_tools.h"

using namespace rv;
using namespace rv::dataset;
using rv::test::Folder;
using rv::test::Picture;
using rv::test::put;
using rv::tests::contains;
using rv::tests::message_of;
namespace fs = std::filesystem;

namespace {

// A film of even greys: frame t has the level 2 t.
void write_video(const fs::path& file, int frames, int rate, int width = 64, int height = 48) {
    video::VideoWriter writer(file, width, height, {rate, 1});
    for (int t = 0; t < frames; ++t) {
        std::vector<std::uint8_t> rgba(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4,
                                       static_cast<std::uint8_t>(2 * t));
        writer.write({rgba.data(), width, height, static_cast<std::size_t>(width) * 4});
    }
    writer.finish();
}

// Row t turns by t / 100.
std::string rows(int count) {
    std::string text = "forward,turn\n";
    for (int t = 0; t < count; ++t) text += "1," + std::to_string(t / 100.0) + "\n";
    return text;
}

int level(const Episode& e, int t) {
    const std::size_t frame = static_cast<std::size_t>(e.width) * static_cast<std::size_t>(e.height) * 3;
    return e.rgb[static_cast<std::size_t>(t) * frame + frame / 2];
}

constexpr ImportOptions kSmall{.width = 32, .height = 24, .frame_rate = 30};

}  // namespace

TEST_CASE("[import_recordings] pictures and actions arrive in step, without poses and maps") {
    const Folder folder("import");
    write_video(folder.path / "b.mp4", 30, 30);
    put(folder.path / "b.csv", rows(30));
    write_video(folder.path / "a.mp4", 20, 30);
    put(folder.path / "a.jsonl",
        "{\"time\": 0.0, \"prompt\": \"noon\"}\n{\"time\": 0.34, \"jump\": 1, \"prompt\": \"night\"}\n");
    put(folder.path / "notes.txt", "is left alone");
    const auto recordings = find_recordings(folder.path);
    REQUIRE(recordings.size() == 2);
    CHECK(recordings[0].video.filename() == "a.mp4");
    const fs::path out = folder.path / "data";
    CHECK(import_recordings(recordings, out, kSmall));

    const DatasetReader data = DatasetReader::open(out);
    CHECK(data.info().environment == "recordings");
    CHECK(data.info().frame_rate == 30);
    CHECK_FALSE(data.info().has_poses);
    CHECK_FALSE(data.info().has_maps);
    CHECK(data.info().has_prompt);
    CHECK(data.episodes() == std::vector<EpisodeInfo>{{0, 20, 0}, {1, 30, 1}});
    const Episode a = data.load(0), b = data.load(1);
    CHECK(b.width == 32);
    CHECK(b.height == 24);
    CHECK(b.depth.empty());
    CHECK(b.poses.empty());
    CHECK(b.pose(3).position == glm::vec3(0));
    CHECK(b.tags.at("recording") == "b.mp4");
    CHECK(b.action(0) == Action{});  // nothing led to the first picture
    for (int t = 1; t < 30; ++t) {
        CHECK(b.action(t).forward == 1);
        CHECK(b.action(t).turn == doctest::Approx(t / 100.0).epsilon(1e-4));
        CHECK(std::abs(level(b, t) - 2 * t) <= 3);
    }
    CHECK(a.action(10).jump == 0);
    CHECK(a.action(12).jump == 1);
    CHECK(a.prompt_at(5)->text == "noon");
    CHECK(a.prompt_at(15)->text == "night");
    // What is there is not made again; other recordings are another dataset.
    const auto written = fs::last_write_time(video_path(out, 0));
    CHECK(import_recordings(recordings, out, kSmall));
    CHECK(fs::last_write_time(video_path(out, 0)) == written);
    CHECK_THROWS_AS(import_recordings({recordings[0]}, out, kSmall), UsageError);
}

TEST_CASE("[import_recordings] a fast video is thinned, and its actions averaged") {
    const Folder folder("thin");
    write_video(folder.path / "a.mp4", 60, 30);
    put(folder.path / "a.csv", rows(60));
    CHECK(import_recordings(find_recordings(folder.path), folder.path / "data",
                            {.width = 32, .height = 24, .frame_rate = 10}));
    const DatasetReader data = DatasetReader::open(folder.path / "data");
    CHECK(data.info().frame_rate == 10);
    const Episode e = data.load(0);
    CHECK(e.frames == 20);
    for (int k = 1; k < 20; ++k) {
        CHECK(std::abs(level(e, k) - 6 * k) <= 3);
        // Rows 3 k - 2, 3 k - 1 and 3 k led from one picture to the next.
        CHECK(e.action(k).turn == doctest::Approx((3 * k - 1) / 100.0).epsilon(1e-3));
    }
}

TEST_CASE("[import_recordings] one sentence for each bad input, and nothing half-written") {
    const Folder folder("bad");
    const fs::path out = folder.path / "data";
    const auto refusal = [&] {
        return message_of([&] { import_recordings(find_recordings(folder.path), out, kSmall); });
    };
    CHECK(contains(refusal(), "holds no recording"));
    write_video(folder.path / "a.mp4", 20, 30);
    CHECK(contains(refusal(), "a.mp4: has no file of actions; try: put a.csv or a.jsonl next to it"));
    put(folder.path / "a.csv", rows(16));
    CHECK(contains(refusal(), "a.csv: has 16 rows, but a.mp4 has 20 frames"));
    put(folder.path / "a.csv", "time,turn\n0,1\n9,1\n");
    CHECK(contains(refusal(), "a.csv: goes on until second 9, but a.mp4 has 20 frames"));
    put(folder.path / "a.csv", "throttle\n1\n");
    CHECK(contains(refusal(), "the column \"throttle\" is not known"));
    put(folder.path / "a.csv", rows(18));
    CHECK(refusal().empty());  // three frames more or less are a camera's right
    fs::remove_all(out);
    put(folder.path / "a.jsonl", "{}\n");
    CHECK(contains(refusal(), "have the same name"));
    fs::remove(folder.path / "a.jsonl");
    put(folder.path / "b.csv", rows(3));
    CHECK(contains(refusal(), "b.csv: has no video"));
    put(folder.path / "b.mp4", "no video at all");
    CHECK(contains(refusal(), "b.mp4: "));
    CHECK_FALSE(fs::exists(out / "dataset.json"));
    CHECK(
        contains(message_of([&] {
                     import_recordings({{folder.path / "a.mp4", folder.path / "a.csv"}}, out, {.width = 30});
                 }),
                 "multiples of 8"));
    CHECK(contains(message_of([&] { find_recordings(folder.path / "none"); }), "is not a folder"));
}

TEST_CASE("[VideoReader] frames come out at another size") {
    const Folder folder("scale");
    write_video(folder.path / "a.mp4", 10, 30);
    video::VideoReader reader(folder.path / "a.mp4");
    CHECK(reader.width() == 64);
    reader.scale_to(16, 40);
    CHECK(reader.rgb_bytes() == 16 * 40 * 3);
    std::vector<std::uint8_t> rgb(reader.rgb_bytes());
    int t = 0;
    for (; reader.read(rgb); ++t)
        for (const std::uint8_t value : rgb) REQUIRE(std::abs(value - 2 * t) <= 3);
    CHECK(t == 10);
}
