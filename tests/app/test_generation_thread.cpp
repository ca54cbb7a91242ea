#include <doctest/doctest.h>

#include <algorithm>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <vector>

#include "engine/app/generation_thread.h"
#include "engine/app/session.h"
#include "engine/core/error.h"
#include "tests/app/hash_world.h"
#include "tests/support/temporary_folder.h"

using rv::tests::TemporaryFolder;
using namespace rv::app;
using rv::platform::MotionSample;
using State = GenerationStatus::State;

namespace {

/// Keeps what was published and lets a test wait for it. A test that waits in vain fails after ten seconds.
class WaitingSink : public FrameSink {
  public:
    void publish(const rv::world_model::Rollout&, const FrameMetadata& metadata) override {
        {
            const std::lock_guard lock(mutex_);
            seen_.push_back(metadata);
        }
        changed_.notify_all();
    }
    std::vector<FrameMetadata> wait_for(std::size_t count) {
        std::unique_lock lock(mutex_);
        REQUIRE(changed_.wait_for(lock, std::chrono::seconds(10), [&] { return seen_.size() >= count; }));
        return seen_;
    }
    std::size_t count() {
        const std::lock_guard lock(mutex_);
        return seen_.size();
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<FrameMetadata> seen_;
};

struct Setup {
    std::shared_ptr<hash_world::Probe> probe = std::make_shared<hash_world::Probe>();
    Control control;
    WaitingSink sink;
    std::optional<GenerationThread> thread;

    void start() {
        thread.emplace(control, sink, hash_world::opener(probe), GenerationThreadOptions{.uncapped = true});
    }
    void open() { control.post(OpenWorldRequest{"hash", {}, {}, 0}); }
    /// The status once it satisfies `condition`.
    template <class Condition>
    GenerationStatus wait_for(Condition condition) {
        for (int i = 0; i < 10'000; ++i) {
            const GenerationStatus status = thread->status();
            if (condition(status)) return status;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        FAIL("the status never came");
        return {};
    }
};

MotionSample moving(float forward, rv::TimePoint time) {
    MotionSample sample;
    sample.held.action.forward = forward;
    sample.event_time = time;
    return sample;
}

}  // namespace

TEST_CASE("[GenerationThread] single steps make exactly one frame each, with the newest input and its time") {
    Setup setup;
    setup.control.set_paused(true);
    setup.start();
    setup.open();
    CHECK(setup.sink.wait_for(1)[0].index == 0);
    const rv::TimePoint time(std::chrono::seconds(5));
    setup.control.set_motion(moving(0.5f, time));
    setup.control.set_prompt("dusk");
    setup.control.single_step();
    setup.sink.wait_for(2);
    setup.control.set_motion(moving(-1, time + std::chrono::seconds(1)));
    setup.control.single_step();
    setup.control.single_step();
    const auto frames = setup.sink.wait_for(4);
    CHECK(frames[1].index == 1);
    CHECK(frames[1].action.forward == 0.5f);
    CHECK(frames[1].prompt == "dusk");
    CHECK(frames[1].input_time == time);
    CHECK(frames[2].action.forward == -1);
    CHECK(frames[2].input_time == time + std::chrono::seconds(1));
    CHECK_FALSE(frames[3].input_time);  // no new event since
    setup.wait_for(
        [](const auto& status) { return status.state == State::Paused && status.frame_index == 3; });
    CHECK(setup.sink.count() == 4);
}

TEST_CASE("[GenerationThread] runs by itself until paused, and reports what it does") {
    Setup setup;
    setup.start();
    CHECK(setup.thread->status().state == State::Empty);
    setup.open();
    setup.sink.wait_for(20);
    setup.control.set_paused(true);
    const GenerationStatus status =
        setup.wait_for([](const auto& newest) { return newest.state == State::Paused; });
    CHECK(status.frame_index + 1 == setup.sink.count());
    CHECK(status.world->name == "hash");
    CHECK(status.device == "test CPU");
    CHECK(status.prompt == "noon");
    CHECK(status.steps.fps > 0);
    CHECK(setup.thread->newest_steps(4).size() == 4);
    CHECK(setup.thread->newest_steps(4).back().frame == status.frame_index);
    CHECK(status.steps.steps == status.frame_index);
}

TEST_CASE("[GenerationThread] resets and goes back between two steps") {
    Setup setup;
    setup.control.set_paused(true);
    setup.start();
    setup.open();
    setup.sink.wait_for(1);
    setup.control.single_step();
    setup.sink.wait_for(2);
    setup.control.post(BookmarkRequest{"here"});
    setup.control.post(ResetRequest{rv::world_model::Start{9, 1, ""}});
    const auto reset = setup.sink.wait_for(3);
    CHECK(reset[2].index == 0);
    CHECK(reset[2].prompt == "night");
    const auto status = setup.wait_for([](const auto& s) { return s.start.seed == 9; });
    REQUIRE(status.history->bookmarks.size() == 1);
    CHECK(status.history->bookmarks[0].name == "here");
    CHECK(setup.control.prompt() == "night");
    setup.control.post(RewindRequest{status.history->bookmarks[0].at});
    const auto restored = setup.sink.wait_for(4);
    CHECK(restored[3].index == 1);
    CHECK(restored[3].prompt == "noon");
    CHECK(restored[3].epoch > restored[2].epoch);
}

TEST_CASE("[GenerationThread] keeps an error of the world until a reset, and never dies of it") {
    Setup setup;
    setup.probe->before_step = [](std::uint64_t frame) {
        if (frame == 3) throw rv::Error("the model broke");
    };
    setup.start();
    setup.open();
    const GenerationStatus failed =
        setup.wait_for([](const auto& status) { return status.state == State::Failed; });
    CHECK(failed.error == "the model broke");
    CHECK(failed.frame_index == 2);
    setup.control.post(ResetRequest{});
    setup.sink.wait_for(6);  // start, 1, 2, start, 1, 2
}

TEST_CASE("[GenerationThread] a missing world is an error at first, and only a notice when another goes on") {
    Setup setup;
    setup.start();
    setup.control.post(OpenWorldRequest{"missing", {}, {}, 0});
    CHECK(setup.wait_for([](const auto& s) { return s.state == State::Failed; }).error ==
          "missing: is not a world");
    setup.open();
    setup.sink.wait_for(3);
    setup.control.post(OpenWorldRequest{"missing", {}, {}, 0});
    const GenerationStatus status = setup.wait_for([](const auto& s) { return !s.notice.empty(); });
    CHECK(status.notice == "missing: is not a world");
    CHECK(status.error.empty());
    const std::size_t count = setup.sink.count();
    setup.sink.wait_for(count + 2);
}

TEST_CASE("[GenerationThread] the free camera takes over at the ego's pose and gives back") {
    Setup setup;
    setup.control.set_paused(true);
    setup.probe->frame_rate = 10;
    setup.start();
    setup.open();
    setup.control.set_motion(moving(1, {}));
    setup.control.single_step();
    setup.sink.wait_for(2);  // the ego is at z = -1
    setup.control.set_free_camera(true);
    setup.control.single_step();
    setup.control.single_step();
    const auto flown = setup.sink.wait_for(4);
    CHECK_FALSE(flown[1].pose_override);
    REQUIRE(flown[3].pose_override);
    const float step_m = rv::platform::FreeCameraSpeed{}.move_m_per_s / 10;
    CHECK(flown[2].pose_override->position.z == doctest::Approx(-1 - step_m));
    CHECK(flown[3].pose_override->position.z == doctest::Approx(-1 - 2 * step_m));
    setup.control.set_free_camera(false);
    setup.control.single_step();
    CHECK_FALSE(setup.sink.wait_for(5)[4].pose_override);
}

TEST_CASE("[GenerationThread] lowers the sampler steps for a deadline, and takes back what was asked for") {
    Setup setup;
    setup.control.set_deadline_ms(1e-6);  // no machine can hold it
    setup.start();
    setup.open();
    setup.wait_for([](const auto& status) { return status.sampler_steps == 1; });
    CHECK(setup.sink.wait_for(2)[1].sampler_steps == 3);  // the world's own number, at first
    setup.control.set_deadline_ms(0);
    setup.wait_for([](const auto& status) { return status.sampler_steps == 0; });
}

TEST_CASE("[GenerationThread] records a session from the frame at which it was asked to, until the end") {
    const TemporaryFolder folder;
    const auto video = folder.path() / "walk.mp4";
    {
        Setup setup;
        setup.control.set_paused(true);
        setup.start();
        setup.open();
        setup.control.single_step();
        setup.sink.wait_for(2);
        setup.control.post(StartRecordingRequest{video});
        setup.wait_for([](const auto& status) { return status.recording.has_value(); });
        setup.control.single_step();
        setup.control.single_step();
        setup.sink.wait_for(4);
        const auto status = setup.wait_for([](const auto& newest) { return newest.frame_index == 3; });
        CHECK(status.recording->frames == 3);
        setup.thread.reset();  // the window was closed
    }
    const Session session = read_session(session_path(video));
    CHECK(session.parts.at(0).start.frame == 1);
    CHECK(session.parts.at(0).start.state == "walk.state0.safetensors");
    CHECK(session.parts.at(0).frames.size() == 2);
    CHECK(std::filesystem::file_size(video) > 0);
}

TEST_CASE("[GenerationThread] a recording that cannot begin is only a notice") {
    Setup setup;
    setup.start();
    setup.open();
    setup.control.post(StartRecordingRequest{"/proc/no/such/folder/a.mp4"});
    const GenerationStatus status = setup.wait_for([](const auto& newest) { return !newest.notice.empty(); });
    CHECK_FALSE(status.recording);
    const std::size_t count = setup.sink.count();
    setup.sink.wait_for(count + 2);
}

TEST_CASE("[GenerationThread] films a path, and the session goes on where it was") {
    const TemporaryFolder folder;
    Setup setup;
    setup.control.set_paused(true);
    setup.start();
    setup.open();
    setup.control.single_step();
    setup.sink.wait_for(2);

    FilmRequest wish;
    wish.film.path = CameraPath({{0, {}}, {1, {{0, 0, -1}, {1, 0, 0, 0}}}});
    wish.film.format.fps = 10;
    wish.film.video = folder / "film.mp4";
    wish.film.prompt = "dusk";
    setup.control.post(wish);
    const GenerationStatus filmed =
        setup.wait_for([](const auto& status) { return !status.last_film.empty() && !status.film; });
    CHECK(filmed.last_film == wish.film.video);
    CHECK(filmed.frame_index == 1);
    CHECK(filmed.prompt == "noon");
    CHECK(std::filesystem::exists(wish.film.video));
    CHECK(setup.control.prompt() == "noon");
    CHECK(setup.sink.wait_for(14).size() == 14);  // 11 of the film, and the session's own again
    REQUIRE(setup.probe->steps.size() == 12);
    CHECK(setup.probe->prompts[11] == "dusk");

    setup.control.single_step();
    CHECK(setup.sink.wait_for(15).back().index == 2);
    CHECK(setup.probe->prompts[12] == "noon");
}

TEST_CASE("[GenerationThread] a film can be stopped, and one that cannot be made is a notice") {
    const TemporaryFolder folder;
    Setup setup;
    setup.start();
    setup.open();
    setup.sink.wait_for(2);
    FilmRequest wish;
    wish.film.video = folder / "film.mp4";
    setup.control.post(wish);
    CHECK(setup.wait_for([](const auto& status) { return !status.notice.empty(); }).notice ==
          "the camera path has no keys");
    wish.film.path = CameraPath({{0, {}}, {80'000, {{0, 0, -1}, {1, 0, 0, 0}}}});
    setup.control.post(wish);
    setup.wait_for([](const auto& status) { return status.film && status.film->frames > 2; });
    setup.control.post(StopFilmRequest{});
    const GenerationStatus stopped = setup.wait_for([](const auto& status) { return !status.film; });
    CHECK(stopped.last_film == wish.film.video);
    const std::size_t count = setup.sink.count();
    setup.sink.wait_for(count + 3);  // the session is alive
}

TEST_CASE("[GenerationThread] the free camera can be put somewhere") {
    Setup setup;
    setup.control.set_paused(true);
    setup.start();
    setup.open();
    setup.sink.wait_for(1);
    setup.control.set_free_camera(true);
    setup.control.post(PlaceCameraRequest{{{1, 2, -7}, {1, 0, 0, 0}}});
    setup.control.single_step();
    const auto frames = setup.sink.wait_for(2);
    REQUIRE(frames[1].pose_override);
    CHECK(frames[1].pose_override->position == glm::vec3(1, 2, -7));
}

namespace {

void write(const std::filesystem::path& file, const std::string& text) {
    std::ofstream(file) << text;
}

// A walk that was recorded, up to frame 12.
std::filesystem::path recorded_walk(const TemporaryFolder& folder) {
    NoSink nowhere;
    Generation generation(nowhere, hash_world::opener(std::make_shared<hash_world::Probe>()));
    generation.open("hash", {}, {5, 1, "dusk"});
    generation.start_recording({.video = folder / "walk.mp4", .wait_when_full = true});
    Steering steering;
    for (int i = 0; i < 12; ++i) {
        steering.action.forward = static_cast<float>(i % 3);
        steering.action.turn = 0.25f;
        generation.step(steering);
    }
    generation.stop_recording();
    return session_path(folder / "walk.mp4");
}

}  // namespace

TEST_CASE("[GenerationThread] a script steers, and at its end the person does") {
    const TemporaryFolder folder;
    write(folder / "walk.toml",
          "seed = 9\n[[segment]]\nframes = 30\naction = { forward = 1 }\nprompt = \"snow\"\n");
    Setup setup;
    setup.start();
    setup.open();
    setup.control.post(PlayRequest{folder / "walk.toml", {}});
    const auto after =
        setup.wait_for([](const auto& s) { return s.start.seed == 9 && !s.playback && s.frame_index > 30; });
    CHECK(after.prompt == "snow");  // what was in force stays
    CHECK(setup.control.prompt() == "snow");
    int forward = 0;
    for (const auto& frame : setup.sink.wait_for(32))
        forward += frame.epoch == after.epoch && frame.action.forward == 1 ? 1 : 0;
    CHECK(forward == 30);
}

TEST_CASE("[GenerationThread] a session is played as it was, frame by frame") {
    const TemporaryFolder folder;
    const std::filesystem::path log = recorded_walk(folder);
    Setup setup;
    setup.start();
    setup.open();
    setup.control.post(PlayRequest{log, {}});
    const auto after =
        setup.wait_for([](const auto& s) { return s.start.seed == 5 && !s.playback && s.frame_index > 12; });
    const auto seen = setup.sink.wait_for(14);
    const Session session = read_session(log);
    for (const SessionFrame& noted : session.parts[0].frames)
        CHECK(std::ranges::any_of(seen, [&](const FrameMetadata& frame) {
            return frame.epoch == after.epoch && frame.index == noted.frame && frame.action == noted.action;
        }));
}

TEST_CASE("[GenerationThread] whoever moves takes over from a script") {
    const TemporaryFolder folder;
    write(folder / "long.toml", "[[segment]]\nframes = 100000\naction = { turn = 1 }\n");
    Setup setup;
    setup.start();
    setup.open();
    setup.control.post(PlayRequest{folder / "long.toml", {}});
    const auto playing = setup.wait_for([](const auto& s) { return s.playback && s.playback->done > 3; });
    CHECK(playing.playback->count == 100000);
    setup.control.set_motion(moving(1, rv::Clock::now()));
    const auto after = setup.wait_for([](const auto& s) { return !s.playback && s.action.forward == 1; });
    CHECK(after.action.turn == 0);
    CHECK(after.frame_index > 3);  // and goes on from where it was
}

TEST_CASE("[GenerationThread] what cannot be played is told, and the world goes on") {
    const TemporaryFolder folder;
    write(folder / "bad.toml", "[[segment]]\nframs = 3\n");
    Setup setup;
    setup.start();
    setup.open();
    setup.sink.wait_for(3);
    setup.control.post(PlayRequest{folder / "bad.toml", {}});
    const auto status = setup.wait_for([](const auto& s) { return !s.notice.empty(); });
    CHECK(status.notice.find("bad.toml") != std::string::npos);
    CHECK_FALSE(status.playback);
    setup.sink.wait_for(setup.sink.count() + 3);
}
