#include <doctest/doctest.h>

#include <algorithm>

#include "engine/core/error.h"
#include "engine/dataset/half.h"
#include "tests/dataset/dataset_test_tools.h"

using namespace rv;
using namespace rv::dataset;
using namespace rv::test;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> file_names(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder))
        names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
}

/// The refusal's sentence when the dataset is opened and loaded, or nothing.
std::string refusal(const fs::path& folder) {
    try {
        const DatasetReader reader = DatasetReader::open(folder);
        for (std::size_t i = 0; i < reader.size(); ++i) static_cast<void>(reader.load(i));
    } catch (const FileError& error) {
        return error.what();
    }
    return {};
}

}  // namespace

TEST_CASE("[Dataset] what is written is read back, frame by frame") {
    const Folder folder("dataset");
    const fs::path path = folder.path / "new" / "village";
    {
        DatasetWriter writer(path, small_info());
        writer.add(write_episode(path, writer.info(), 1, 8));
        writer.add(write_episode(path, writer.info(), 0, 7, 30));
    }
    CHECK(file_names(path) == std::vector<std::string>{"dataset.json", "episode_000000.mkv",
                                                       "episode_000000.safetensors", "episode_000001.mkv",
                                                       "episode_000001.safetensors"});
    const DatasetReader reader = DatasetReader::open(path);
    CHECK(reader.episodes() == std::vector<EpisodeInfo>{{0, 30, 7}, {1, 20, 8}});
    CHECK(reader.total_frames() == 50);
    const DatasetInfo& info = reader.info();
    CHECK(info.environment == "village");
    CHECK(info.intrinsics.width == kWidth);
    CHECK(info.intrinsics.fy == small_info().intrinsics.fy);
    CHECK(info.max_turn_rad_per_frame == 0.084f);
    CHECK(info.segment_names == small_info().segment_names);
    CHECK(info.settings == small_info().settings);
    CHECK(info.action_names.size() == kActionSize);

    const Episode episode = reader.load(0);
    CHECK(episode.frames == 30);
    CHECK(episode.tags.at("ego") == "walk");
    const std::size_t pixels = std::size_t{kWidth} * kHeight;
    REQUIRE(episode.rgb.size() == pixels * 3 * 30);
    for (int t = 0; t < 30; ++t) {
        const Sample sample(7, t);
        const auto at = static_cast<std::size_t>(t) * pixels;
        CHECK(std::ranges::equal(std::span(episode.rgb).subspan(at * 3, pixels * 3), sample.picture.rgb()));
        CHECK(std::ranges::equal(std::span(episode.segmentation).subspan(at, pixels), sample.segmentation));
        int wrong_depths = 0, wrong_normals = 0;
        for (std::size_t i = 0; i < pixels; ++i) {
            const float depth = float_from_half(episode.depth[at + i]);
            if (std::abs(depth - sample.depth[i]) > sample.depth[i] / 2048) ++wrong_depths;
            for (std::size_t c = 0; c < 3; ++c)
                if (episode.normals[(at + i) * 3 + c] != sample.normals[i * 4 + c]) ++wrong_normals;
        }
        CHECK(wrong_depths == 0);
        CHECK(wrong_normals == 0);
        CHECK(episode.action(t) == sample.action);
        CHECK(glm::length(episode.pose(t).position - sample.pose.position) < 1e-5f);
        CHECK(glm::length(episode.pose(t).forward() - sample.pose.forward()) < 1e-5f);
        CHECK((episode.collided[static_cast<std::size_t>(t)] != 0) == sample.collided);
    }
    CHECK(episode.poses[3] == 0.0f);                       // row-major: the translation ends the first row
    CHECK(episode.poses[16 + 3] == doctest::Approx(0.1));  // of frame 1
    CHECK(episode.action(0) == Action{});
}

TEST_CASE("[Dataset] prompts hold from their frame on") {
    const Folder folder("prompts");
    DatasetWriter writer(folder.path, small_info());
    writer.add(write_episode(folder.path, writer.info(), 0, 1));
    const Episode episode = DatasetReader::open(folder.path).load(0, {.frames = false});
    REQUIRE(episode.prompts.size() == 2);
    CHECK(episode.prompt_at(0)->text == "a foggy morning");
    CHECK(episode.prompt_at(11)->look == "dawn, fog, meadow");
    CHECK(episode.prompt_at(12)->text == "snow at night");
    CHECK(episode.prompt_at(19)->look == "night, snow, meadow");
}

TEST_CASE("[Dataset] only what is asked for is loaded") {
    const Folder folder("options");
    DatasetWriter writer(folder.path, small_info());
    writer.add(write_episode(folder.path, writer.info(), 0, 1));
    const DatasetReader reader = DatasetReader::open(folder.path);
    const Episode light =
        reader.load(0, {.frames = false, .depth = false, .normals = false, .segmentation = false});
    CHECK(light.rgb.empty());
    CHECK(light.depth.empty());
    CHECK(light.normals.empty());
    CHECK(light.segmentation.empty());
    CHECK(light.actions.size() == 20 * kActionSize);
    CHECK(reader.load(0, {.frames = false}).segmentation.size() == 20u * kWidth * kHeight);
}

TEST_CASE("[Dataset] the same frames give the same files") {
    const Folder folder("same-dataset");
    for (const char* name : {"a", "b"}) {
        DatasetWriter writer(folder.path / name, small_info());
        writer.add(write_episode(folder.path / name, writer.info(), 3, 5));
    }
    for (const std::string& name : file_names(folder.path / "a"))
        CHECK(bytes_of(folder.path / "a" / name) == bytes_of(folder.path / "b" / name));
}

TEST_CASE("[Dataset] an interrupted collection lists whole episodes and goes on") {
    const Folder folder("resume");
    {
        DatasetWriter writer(folder.path, small_info());
        writer.add(write_episode(folder.path, writer.info(), 0, 0));
        EpisodeWriter half(folder.path, writer.info(), 1, 1);
        half.add(Sample(1, 0).record());
        CHECK(fs::exists(folder.path / "episode_000001.mkv.part"));
    }
    CHECK_FALSE(fs::exists(folder.path / "episode_000001.mkv.part"));
    // What a killed process leaves.
    put(folder.path / "episode_000002.mkv.part", "half");
    put(folder.path / "episode_000002.safetensors.tmp-12-0", "half");
    put(folder.path / "dataset.json.tmp-12-1", "half");
    put(folder.path / "episode_000003.mkv", "whole but not listed");
    {
        DatasetWriter writer(folder.path, small_info());
        CHECK(writer.contains(0));
        CHECK_FALSE(writer.contains(1));
        CHECK_FALSE(fs::exists(folder.path / "episode_000002.mkv.part"));
        CHECK_FALSE(fs::exists(folder.path / "episode_000002.safetensors.tmp-12-0"));
        CHECK_FALSE(fs::exists(folder.path / "dataset.json.tmp-12-1"));
        writer.add(write_episode(folder.path, writer.info(), 1, 1));
        writer.add(write_episode(folder.path, writer.info(), 3, 3));
    }
    CHECK(refusal(folder.path).empty());
    fs::remove(folder.path / "episode_000001.mkv");
    const DatasetWriter again(folder.path, small_info());
    CHECK(again.contains(0));
    CHECK_FALSE(again.contains(1));
    CHECK(again.contains(3));
}

TEST_CASE("[DatasetWriter] other settings, other files and a second writer are refused") {
    const Folder folder("refuse");
    const DatasetInfo info = small_info();
    {
        const DatasetWriter writer(folder.path / "a", info);
        CHECK_THROWS_WITH_AS(DatasetWriter(folder.path / "a", info), doctest::Contains("another process"),
                             FileError);
    }
    DatasetInfo other = info;
    other.settings["frames"] = "120";
    CHECK_THROWS_WITH_AS(DatasetWriter(folder.path / "a", other), doctest::Contains("frames 20, not 120"),
                         UsageError);
    other = info;
    other.environment = "maze";
    CHECK_THROWS_WITH_AS(DatasetWriter(folder.path / "a", other),
                         doctest::Contains("environment village, not maze"), UsageError);
    other = info;
    other.intrinsics = info.intrinsics.resized(64, 36);
    CHECK_THROWS_WITH_AS(DatasetWriter(folder.path / "a", other), doctest::Contains("size 32x18, not 64x36"),
                         UsageError);
    CHECK_NOTHROW(DatasetWriter(folder.path / "a", info));

    fs::create_directories(folder.path / "b");
    put(folder.path / "b" / "thesis.txt", "mine");
    CHECK_THROWS_WITH_AS(DatasetWriter(folder.path / "b", info), doctest::Contains("thesis.txt"), FileError);
    CHECK(file_names(folder.path / "b") == std::vector<std::string>{"thesis.txt"});
    put(folder.path / "file", "");
    CHECK_THROWS_AS(DatasetWriter(folder.path / "file", info), FileError);
}

TEST_CASE("[DatasetReader] a damaged index is refused with its path") {
    const Folder folder("index");
    { const DatasetWriter writer(folder.path, small_info()); }
    const fs::path index = folder.path / "dataset.json";
    const std::string whole = bytes_of(index);
    const auto refuses = [&](std::string_view text, const char* sentence) {
        put(index, text);
        const std::string message = refusal(folder.path);
        CHECK_MESSAGE(message.find(sentence) != std::string::npos, message);
        CHECK(message.find(index.string()) == 0);
    };
    for (std::size_t length = 0; length + 2 < whole.size(); length += 7)
        refuses(std::string_view(whole).substr(0, length), "cut short or not JSON");
    refuses("{}", "not the index of a dataset");
    refuses("[1]", "not the index of a dataset");
    refuses(R"({"format": 3})", "");
    refuses(R"({"format": "reverie-dataset", "version": 99})", "format version 99");
    refuses(R"({"format": "reverie-dataset", "version": 1})", "lacks something");
    const auto replaced = [&](const std::string& from, const std::string& to) {
        std::string text = whole;
        REQUIRE(text.find(from) != std::string::npos);
        return text.replace(text.find(from), from.size(), to);
    };
    refuses(replaced("\"width\": 32", "\"width\": -1"), "claims frames of -1x18");
    refuses(replaced("\"frame_rate\": 15.0", "\"frame_rate\": 0"), "frame rate");
    refuses(replaced("\"episodes\": []", R"("episodes": [{"index":0,"frames":0,"seed":1}])"),
            "claims 0 frames");
    refuses(replaced("\"episodes\": []",
                     R"("episodes": [{"index":1,"frames":1,"seed":1},{"index":1,"frames":1,"seed":1}])"),
            "in order");
    fs::remove(index);
    CHECK(refusal(folder.path).find("cannot be opened") != std::string::npos);
}

TEST_CASE("[DatasetReader] missing, cut and flipped episode files are noticed") {
    const Folder folder("damage");
    {
        DatasetWriter writer(folder.path, small_info());
        writer.add(write_episode(folder.path, writer.info(), 0, 1));
    }
    CHECK(refusal(folder.path).empty());
    for (const fs::path& path : {video_path(folder.path, 0), tensors_path(folder.path, 0)}) {
        const std::string whole = bytes_of(path);
        const auto refused = [&](const char* how, std::size_t at) {
            const std::string message = refusal(folder.path);
            CAPTURE(how);
            CAPTURE(at);
            CAPTURE(path.string());
            CHECK_FALSE(message.empty());
            CHECK(message.find(folder.path.string()) == 0);
        };
        // The last bytes of a Matroska file are its seek index, which nothing here needs.
        const std::size_t needed = path.extension() == ".mkv" ? whole.size() - 300 : whole.size();
        for (std::size_t part = 0; part < 60; ++part) {
            const std::size_t at = needed * part / 60;
            put(path, std::string_view(whole).substr(0, at));
            refused("cut", at);
        }
        // Flips in a container's own fields may do no harm; harm to the content never passes.
        const Episode right = [&] {
            put(path, whole);
            return DatasetReader::open(folder.path).load(0);
        }();
        for (std::size_t part = 0; part < 120; ++part) {
            std::string flipped = whole;
            flipped[whole.size() * part / 120] ^= 0x41;
            put(path, flipped);
            try {
                const Episode loaded = DatasetReader::open(folder.path).load(0);
                CHECK(loaded.rgb == right.rgb);
                if (path.extension() == ".mkv") CHECK(loaded.depth == right.depth);
            } catch (const FileError&) {
            }
        }
        fs::remove(path);
        refused("missing", 0);
        put(path, whole);
    }
    // Two episodes' files exchanged.
    {
        DatasetWriter writer(folder.path, small_info());
        writer.add(write_episode(folder.path, writer.info(), 1, 2));
    }
    fs::copy_file(tensors_path(folder.path, 1), tensors_path(folder.path, 0),
                  fs::copy_options::overwrite_existing);
    CHECK(refusal(folder.path).find("its seed is 2, not 1") != std::string::npos);
}

TEST_CASE("[EpisodeWriter] a full disk leaves no episode and no half file") {
    const Folder folder("full-dataset");
    DatasetWriter writer(folder.path, small_info());
    for (const rlim_t bytes : {rlim_t{0}, rlim_t{2'000}, rlim_t{20'000}}) {
        const FullDiskAt limit(bytes);
        CHECK_THROWS_AS(write_episode(folder.path, writer.info(), 0, 1, 60), FileError);
    }
    CHECK(file_names(folder.path) == std::vector<std::string>{"dataset.json"});
    writer.add(write_episode(folder.path, writer.info(), 0, 1));
    CHECK(refusal(folder.path).empty());
}
