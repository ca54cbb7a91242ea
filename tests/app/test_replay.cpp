#include <doctest/doctest.h>

#include <fstream>
#include <vector>

#include "engine/app/headless.h"
#include "engine/app/replay.h"
#include "engine/core/error.h"
#include "engine/video/video_reader.h"
#include "tests/app/hash_world.h"
#include "tests/support/temporary_folder.h"

using rv::tests::TemporaryFolder;
using namespace rv::app;

namespace {

constexpr const char* kScript = R"(
    seed = 3
    [[segment]]
    frames = 5
    action = { forward = 1, turn = 0.3 }
    [[segment]]
    frames = 4
    prompt = "snowy night"
    sampler_steps = 2
    camera = [{ at = 1, position = [0, 1, -2] }]
)";

HeadlessResult record(const std::filesystem::path& video, const std::shared_ptr<hash_world::Probe>& probe,
                      double deadline_ms = 0, const char* text = kScript) {
    const Script script = parse_script(text, "test.toml");
    HeadlessOptions options;
    options.deadline_ms = deadline_ms;
    options.world = "hash";
    options.start = script.start;
    options.record.video = video;
    options.show_progress = false;
    return run_headless(options, script, hash_world::opener(probe));
}

ReplayOptions quiet(const std::filesystem::path& session) {
    ReplayOptions options;
    options.session = session;
    options.world = "hash";
    options.show_progress = false;
    return options;
}

}  // namespace

TEST_CASE("[headless] makes every frame of a script, a video of them and a session") {
    const TemporaryFolder folder;
    const auto video = folder.path() / "new" / "a.mp4";
    auto probe = std::make_shared<hash_world::Probe>();
    CHECK(record(video, probe).frames == 9);
    CHECK(probe->steps.size() == 9);
    CHECK(probe->prompts.front() == "noon");
    CHECK(probe->prompts.back() == "snowy night");
    CHECK(probe->steps.back().sampler_steps == 2);
    CHECK(probe->steps.back().pose.has_value());

    rv::video::VideoReader reader(video);
    CHECK(reader.width() == hash_world::kWidth * 48);  // enlarged to 768
    std::vector<std::uint8_t> rgb(reader.rgb_bytes());
    int pictures = 0;
    while (reader.read(rgb)) ++pictures;
    CHECK(pictures == 10);  // the start frame too
    CHECK(read_session(session_path(video)).frame_count() == 10);
}

TEST_CASE("[replay] makes the same frames again") {
    const TemporaryFolder folder;
    const auto video = folder.path() / "a.mp4";
    record(video, std::make_shared<hash_world::Probe>());
    const Session session = read_session(session_path(video));
    ReplayOptions options = quiet(session_path(video));
    options.record = folder.path() / "b.mp4";
    const ReplayResult result =
        replay(options, session, hash_world::opener(std::make_shared<hash_world::Probe>()));
    CHECK_FALSE(result.difference);
    CHECK(result.frames == 10);
    CHECK(result.warnings.empty());
    CHECK(read_session(session_path(options.record)).parts[0].frames == session.parts[0].frames);
}

TEST_CASE("[replay] makes the frames of a run whose sampler steps a deadline chose again") {
    const TemporaryFolder folder;
    const auto video = folder.path() / "a.mp4";
    auto played = std::make_shared<hash_world::Probe>();
    record(video, played, 1e-6, "[[segment]]\nframes = 40");  // no machine can hold it
    const Session session = read_session(session_path(video));
    const auto& frames = session.parts.at(0).frames;
    REQUIRE(frames.size() == played->steps.size());
    // What was noted is what was used: first the world's own number, then fewer.
    for (std::size_t i = 0; i < frames.size(); ++i)
        CHECK(frames[i].sampler_steps == played->steps[i].sampler_steps);
    CHECK(frames.front().sampler_steps == 3);
    CHECK(frames.back().sampler_steps == 1);

    auto again = std::make_shared<hash_world::Probe>();
    const ReplayResult result = replay(quiet(session_path(video)), session, hash_world::opener(again));
    CHECK_FALSE(result.difference);
    CHECK(result.frames == 41);
    for (std::size_t i = 0; i < frames.size(); ++i)
        CHECK(again->steps[i].sampler_steps == played->steps[i].sampler_steps);
}

TEST_CASE("[replay] names the first frame that differs") {
    const TemporaryFolder folder;
    const auto video = folder.path() / "a.mp4";
    record(video, std::make_shared<hash_world::Probe>());
    Session session = read_session(session_path(video));
    session.parts[0].frames[6].action.jump = 1;
    const ReplayResult result = replay(quiet(session_path(video)), session,
                                       hash_world::opener(std::make_shared<hash_world::Probe>()));
    REQUIRE(result.difference);
    CHECK(result.difference->part == 0);
    CHECK(result.difference->frame == 7);
    CHECK(result.difference->expected != result.difference->found);
    CHECK(result.frames == 8);  // stopped there
}

TEST_CASE("[replay] warns when the world, the device or the threads are others") {
    const TemporaryFolder folder;
    const auto video = folder.path() / "a.mp4";
    record(video, std::make_shared<hash_world::Probe>());
    const Session session = read_session(session_path(video));
    auto changed = std::make_shared<hash_world::Probe>();
    changed->digest = "hash-2";
    changed->salt = 1;
    ReplayOptions options = quiet(session_path(video));
    options.device = rv::world_model::DeviceKind::Cuda;
    options.threads = session.parts[0].start.threads + 1;
    const ReplayResult result = replay(options, session, hash_world::opener(changed));
    REQUIRE(result.difference);
    CHECK(result.difference->frame == 0);
    CHECK(result.warnings.size() == 4);
}

TEST_CASE("[replay] follows resets, jumps and a recording that began late") {
    const TemporaryFolder folder;
    const auto video = folder.path() / "a.mp4";
    NoSink sink;
    auto probe = std::make_shared<hash_world::Probe>();
    Generation generation(sink, hash_world::opener(probe), 1 << 20);
    Steering steering;
    const auto walk = [&](int frames) {
        for (int i = 0; i < frames; ++i) {
            steering.action.turn += 0.05f;
            generation.step(steering);
        }
    };
    generation.open("hash", {}, {11, 0, ""});
    walk(3);
    generation.start_recording({.video = video, .wait_when_full = true});
    walk(2);
    const Moment moment = generation.history().tree().now;
    steering.prompt = "fog";
    walk(2);
    generation.restart({12, 1, "rain"});
    steering.prompt.clear();
    walk(3);
    generation.rewind(moment);
    walk(1);
    generation.stop_recording();
    CHECK(generation.take_recording_error().empty());

    const Session session = read_session(session_path(video));
    REQUIRE(session.parts.size() == 3);
    CHECK(session.parts[0].start.frame == 3);
    CHECK(session.parts[1].start.frame == 0);
    CHECK(session.parts[1].start.state.empty());
    CHECK(session.parts[2].start.frame == 5);
    const ReplayResult result = replay(quiet(session_path(video)), session,
                                       hash_world::opener(std::make_shared<hash_world::Probe>()));
    CHECK_FALSE(result.difference);
    CHECK(result.frames == 5 + 4 + 2);

    std::filesystem::remove(folder.path() / "a.state0.safetensors");
    CHECK_THROWS_AS(replay(quiet(session_path(video)), session,
                           hash_world::opener(std::make_shared<hash_world::Probe>())),
                    rv::FileError);
}

TEST_CASE("[replay] of a session that was cut short compares what is there") {
    const TemporaryFolder folder;
    const auto video = folder.path() / "a.mp4";
    record(video, std::make_shared<hash_world::Probe>());
    const auto file = session_path(video);
    std::filesystem::resize_file(file, std::filesystem::file_size(file) - 20);
    const Session session = read_session(file);
    CHECK_FALSE(session.note.empty());
    const ReplayResult result =
        replay(quiet(file), session, hash_world::opener(std::make_shared<hash_world::Probe>()));
    CHECK_FALSE(result.difference);
    CHECK(result.frames == 9);
}
