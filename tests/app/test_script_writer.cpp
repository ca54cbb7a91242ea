#include <doctest/doctest.h>

#include "engine/app/generation.h"
#include "engine/app/playback.h"
#include "engine/app/script_writer.h"
#include "engine/core/error.h"
#include "tests/app/hash_world.h"
#include "tests/support/temporary_folder.h"

using namespace rv;
using namespace rv::app;
using rv::tests::TemporaryFolder;

namespace {

struct Nowhere : FrameSink {
    void publish(const world_model::Rollout&, const FrameMetadata&) override {}
};

Session walked(const std::filesystem::path& video) {
    Nowhere sink;
    Generation generation(sink, hash_world::opener(std::make_shared<hash_world::Probe>()), 1 << 20);
    generation.open("hash", {}, {7, 1, ""});
    generation.start_recording({.video = video, .wait_when_full = true});
    Steering steering;
    const auto walk = [&](int frames, float forward, const char* prompt) {
        steering.action.forward = forward;
        steering.prompt = prompt;
        for (int i = 0; i < frames; ++i) generation.step(steering);
    };
    walk(3, 1, "");
    walk(2, 1.0f / 3, "");
    walk(2, 1.0f / 3, "snow at \"dusk\"");
    steering.guidance = 1.5;
    for (int i = 1; i <= 4; ++i) {
        steering.fade =
            i < 4 ? world_model::PromptFade{"snow at \"dusk\"", i / 4.0} : world_model::PromptFade{};
        walk(1, 1, "rain");
    }
    generation.rewind({0, 4});
    walk(2, 0, "");
    generation.stop_recording();
    return read_session(session_path(video));
}

}  // namespace

TEST_CASE("[script_of] a script of what was played makes the same frames again") {
    const TemporaryFolder folder;
    const Session session = walked(folder / "walk.mp4");
    REQUIRE(session.parts.size() == 2);
    const Script script = parse_script(to_toml(script_of(session.parts[0])), "again.toml");
    CHECK(script.segments.size() == 4);
    CHECK(script.frame_count() == 11);
    CHECK(script.segments[3].fade_frames == 4);
    CHECK(script.segments[3].guidance == 1.5);
    CHECK(script.start.seed == 7);
    CHECK(script.segments[2].prompt == "snow at \"dusk\"");

    Nowhere sink;
    Generation generation(sink, hash_world::opener(std::make_shared<hash_world::Probe>()));
    generation.open("hash", {}, script.start);
    generation.start_recording({.video = folder / "again.mp4", .wait_when_full = true});
    for (ScriptPlayer player(script, generation.start_prompt()); !player.finished();)
        generation.step(steering_of(player.next(generation.frame().pose)));
    generation.stop_recording();
    const Session again = read_session(session_path(folder / "again.mp4"));
    REQUIRE(again.parts[0].frames.size() == session.parts[0].frames.size());
    for (std::size_t i = 0; i < again.parts[0].frames.size(); ++i)
        CHECK(again.parts[0].frames[i].digest == session.parts[0].frames[i].digest);
}

TEST_CASE("[script_of] refuses a part that begins in the middle") {
    const TemporaryFolder folder;
    const Session session = walked(folder / "walk.mp4");
    CHECK_THROWS_AS(script_of(session.parts[1]), UsageError);
}

TEST_CASE("[script_of] a flight of the free camera becomes one path through the same places") {
    SessionPart part;
    part.start.world = "hash";
    for (int i = 0; i < 4; ++i) {
        SessionFrame frame;
        frame.pose_override = CameraPose::from_yaw_pitch({static_cast<float>(i), 1, 2},
                                                         3.0f + 0.2f * static_cast<float>(i), 0.1f);
        part.frames.push_back(frame);
    }
    const Script script = parse_script(to_toml(script_of(part)), "flight.toml");
    REQUIRE(script.segments.size() == 1);
    CHECK(script.segments[0].camera_absolute);
    ScriptPlayer player(script);
    for (int i = 0; i < 4; ++i) {
        const auto frame = player.next({});
        REQUIRE(frame.pose);
        CHECK(glm::length(frame.pose->position - glm::vec3(i, 1, 2)) < 1e-4f);
        const auto turn = glm::conjugate(frame.pose->orientation) *
                          part.frames[static_cast<std::size_t>(i)].pose_override->orientation;
        CHECK(std::abs(turn.w) == doctest::Approx(1).epsilon(1e-5));
    }
}

TEST_CASE("[script_of] names the buttons of the world, and refuses those without a name") {
    SessionPart part;
    SessionFrame frame;
    frame.action.buttons = 0b10;
    part.frames = {frame, frame};
    const std::vector<world_model::WorldButton> buttons = {{"attack", {}}, {"use", {}}};
    const Script script = parse_script(to_toml(script_of(part, buttons)), "again.toml");
    REQUIRE(script.segments.size() == 1);
    CHECK(script.segments[0].buttons == std::vector<std::string>{"use"});
    CHECK_THROWS_AS(script_of(part), UsageError);
}
