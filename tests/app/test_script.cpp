#include <doctest/doctest.h>

#include <set>
#include <string>

#include "engine/app/script.h"
#include "engine/core/error.h"
#include "tests/support/messages.h"

using namespace rv::app;
using rv::CameraPose;

using rv::tests::contains;

namespace {

Script parsed(const char* text, double frame_rate = 15) {
    return parse_script(text, "a.toml", frame_rate);
}

std::string message_of(const char* text) {
    return rv::tests::message_of([&] { parsed(text); });
}

}  // namespace

TEST_CASE("[Script] reads what a file says") {
    const Script script = parsed(R"(
        title = "A walk"
        world = "village"
        seed = 7
        start_frame = 2
        prompt = "noon"
        sampler_steps = 4
        [[segment]]
        name = "on"
        seconds = 2
        action = { forward = 1, turn = -0.25 }
        [[segment]]
        frames = 7
        prompt = "dusk"
        sampler_steps = 1
    )");
    CHECK(script.title == "A walk");
    CHECK(script.world == "village");
    CHECK(script.start == rv::world_model::Start{7, 2, "noon"});
    CHECK(script.sampler_steps == 4);
    REQUIRE(script.segments.size() == 2);
    CHECK(script.segments[0].frames == 30);
    CHECK(script.segments[0].name == "on");
    CHECK(script.segments[0].action == rv::Action{.forward = 1, .turn = -0.25f});
    CHECK(script.segments[1].frames == 7);
    CHECK(script.frame_count() == 37);
}

TEST_CASE("[Script] counts seconds at the world's frame rate, or at its own") {
    CHECK(parsed("[[segment]]\nseconds = 1.5", 10).frame_count() == 15);
    CHECK(parsed("frame_rate = 20\n[[segment]]\nseconds = 1.5", 10).frame_count() == 30);
    CHECK(parsed("[[segment]]\nseconds = 0.01", 10).frame_count() == 1);
}

TEST_CASE("[Script] plays segment after segment; prompts and sampler steps last") {
    const Script script = parsed(R"(
        sampler_steps = 4
        [[segment]]
        frames = 2
        prompt = "noon"
        [[segment]]
        frames = 1
        action = { jump = 1 }
        sampler_steps = 1
        [[segment]]
        frames = 1
        prompt = "night"
    )");
    ScriptPlayer player(script);
    std::string told;
    while (!player.finished()) {
        const ScriptFrame frame = player.next({});
        told += frame.prompt + " " + std::to_string(frame.sampler_steps) + " " +
                std::to_string(static_cast<int>(frame.action.jump)) + ", ";
    }
    CHECK(told == "noon 4 0, noon 4 0, noon 1 1, night 1 0, ");
}

TEST_CASE("[Script] a prompt may take its time, beyond its segment, and guidance lasts") {
    const Script script = parsed(R"(
        [[segment]]
        frames = 1
        [[segment]]
        seconds = 0.2
        prompt = "night"
        fade_seconds = 0.4
        guidance = 2
        [[segment]]
        frames = 3
    )",
                                 10);
    ScriptPlayer player(script, "noon");
    std::string told;
    while (!player.finished()) {
        const ScriptFrame frame = player.next({});
        told += frame.prompt + " " + frame.fade.from + " " +
                std::to_string(static_cast<int>(100 * frame.fade.share)) + " " +
                std::to_string(static_cast<int>(frame.guidance)) + ", ";
    }
    CHECK(told ==
          "noon  100 0, night noon 25 2, night noon 50 2, night noon 75 2, night  100 2, night  100 2, ");
}

TEST_CASE("[Script] an action with an end moves there in even steps") {
    const Script script =
        parsed("[[segment]]\nframes = 5\naction = { turn = -1 }\naction_end = { turn = 1 }");
    ScriptPlayer player(script);
    for (const float turn : {-1.0f, -0.5f, 0.0f, 0.5f, 1.0f}) CHECK(player.next({}).action.turn == turn);
}

TEST_CASE("[Script] a camera path begins where the camera is and reaches its keys") {
    const Script script = parsed(R"(
        [[segment]]
        frames = 4
        camera = [{ at = 0.5, position = [0, 1, 0] }, { at = 1, position = [0, 1, -2], yaw = 90, pitch = 30 }]
    )");
    const CameraPose origin = CameraPose::from_yaw_pitch({5, 0, 5}, 0.0f, 0.0f);
    ScriptPlayer player(script);
    const CameraPose expected[] = {
        CameraPose::from_yaw_pitch({5, 0.5f, 5}, 0, 0),
        CameraPose::from_yaw_pitch({5, 1, 5}, 0, 0),
        CameraPose::from_yaw_pitch({5, 1, 4}, 0.785398f, 0.261799f),
        CameraPose::from_yaw_pitch({5, 1, 3}, 1.570796f, 0.523599f),
    };
    for (const CameraPose& pose : expected) {
        const ScriptFrame frame = player.next(origin);
        REQUIRE(frame.pose);
        for (int i = 0; i < 3; ++i) {
            CHECK(frame.pose->position[i] == doctest::Approx(pose.position[i]).epsilon(1e-4));
            CHECK(frame.pose->forward()[i] == doctest::Approx(pose.forward()[i]).epsilon(1e-4));
        }
    }
}

TEST_CASE("[Script] an absolute camera path does not depend on where the camera is") {
    const Script script = parsed(
        "[[segment]]\nframes = 1\ncamera_absolute = true\ncamera = [{ position = [1, 2, 3], at = 1 }]");
    ScriptPlayer player(script);
    CHECK(player.next(CameraPose::from_yaw_pitch({9, 9, 9}, 1, 0)).pose->position == glm::vec3(1, 2, 3));
}

TEST_CASE("[Script] refuses what makes no sense, with the line") {
    CHECK(contains(message_of("seed = 1"), "no [[segment]]"));
    CHECK(contains(message_of("[[segment]]\nname = \"x\""), "seconds or frames"));
    CHECK(contains(message_of("[[segment]]\nseconds = 1\nframes = 2"), "seconds or frames"));
    CHECK(contains(message_of("[[segment]]\nseconds = -1"), "line 2"));
    CHECK(contains(message_of("[[segment]]\nseconds = \"long\""), "seconds"));
    CHECK(contains(message_of("[[segment]]\nframes = 0"), "frames"));
    CHECK(contains(message_of("[[segment]]\nframes = 1\naction = { forwards = 1 }"), "forwards"));
    CHECK(contains(message_of("[[segment]]\nframes = 1\naction = { forward = 2 }"), "line 3"));
    CHECK(contains(message_of("[[segment]]\nframes = 1\naction = 1"), "table"));
    CHECK(contains(message_of("[[segment]]\nframes = 1\nspeed = 1"), "speed"));
    CHECK(contains(message_of("seeed = 1\n[[segment]]\nframes = 1"), "seeed"));
    CHECK(contains(message_of("seed = -1\n[[segment]]\nframes = 1"), "seed"));
    CHECK(contains(message_of("title = 3\n[[segment]]\nframes = 1"), "title"));
    CHECK(contains(message_of("[[segment]]\nframes = 1\ncamera = [{ at = 0.5 }, { at = 0.2 }]"), "at"));
    CHECK(contains(message_of("[[segment]]\nframes = 1\ncamera = [{ position = [1, 2] }]"), "three numbers"));
    CHECK(contains(message_of("[[segment]]\nframes = 1\ncamera = []"), "camera"));
    CHECK(contains(message_of("[[segment\n"), "line 1"));
    CHECK_THROWS_AS(read_script("no/such.toml"), rv::FileError);
}

TEST_CASE("[Script] the tour lasts at least 22 seconds and changes from noon to dusk to a snowy night") {
    const Script tour = read_script("assets/scripts/tour.toml", 15);
    CHECK(tour.frame_count() >= 22 * 15);
    CHECK(tour.world == "village");
    CHECK(contains(tour.start.prompt, "noon"));
    std::string prompts;
    bool left = false, right = false;
    for (const ScriptSegment& segment : tour.segments) {
        prompts += segment.prompt + "; ";
        left |= segment.action.turn < 0;
        right |= segment.action.turn > 0;
    }
    CHECK(left);
    CHECK(right);
    CHECK(prompts.find("dusk") < prompts.find("night"));
    CHECK(contains(prompts, "snow"));
    CHECK(tour.segments.back().action_end == rv::Action{});
}

TEST_CASE("[Script] buttons are held by the names that the world gives them") {
    Script script = parsed(R"(
        [[segment]]
        frames = 2
        action = { forward = 1 }
        buttons = ["use", "attack"]
        [[segment]]
        frames = 1
    )");
    rv::world_model::WorldInfo world;
    world.title = "Blocks";
    CHECK(contains(rv::tests::message_of([&] { name_buttons(script, world); }),
                   "Blocks has no button \"use\""));
    world.buttons = {{"attack", {}}, {"jump twice", {}}, {"use", {}}};
    name_buttons(script, world);
    ScriptPlayer player(script);
    CHECK(player.next({}).action.buttons == 0b101);
    CHECK(player.next({}).action.buttons == 0b101);
    CHECK(player.next({}).action.buttons == 0);
    CHECK(contains(message_of("[[segment]]\nframes = 1\nbuttons = 3\n"), "list of names"));
}
