#include <doctest/doctest.h>

#include "engine/core/error.h"
#include "engine/dataset/action_track.h"
#include "tests/support/messages.h"
#include "tests/video/video_test_tools.h"

using namespace rv;
using namespace rv::dataset;
using rv::test::Folder;
using rv::test::put;
using rv::tests::contains;
using rv::tests::message_of;

namespace {

ActionTable read(const Folder& folder, const std::string& name, std::string_view text) {
    put(folder.path / name, text);
    return read_actions(folder.path / name);
}

}  // namespace

TEST_CASE("[read_actions] CSV: columns in any order, missing ones and empty fields are 0") {
    const Folder folder("actions");
    const ActionTable table =
        read(folder, "a.csv", "\xef\xbb\xbfturn, forward,jump\r\n0.5,1,0\r\n,-1,1\r\n\r\n+0.25, 0 ,0\r\n");
    REQUIRE(table.actions.size() == 3);
    CHECK(table.actions[0] == Action{.forward = 1, .turn = 0.5f});
    CHECK(table.actions[1] == Action{.forward = -1, .jump = 1});
    CHECK(table.actions[2] == Action{.turn = 0.25f});
    CHECK(table.time_s.empty());
    CHECK(table.prompts.empty());
}

TEST_CASE(
    "[read_actions] CSV: times and prompts, with commas and quotes in them; an empty one keeps the last") {
    const Folder folder("actions");
    const ActionTable table = read(
        folder, "a.csv", "time,look,prompt\n0,0,\"dusk, rain\"\n0.5,-1,\"a \"\"calm\"\" night\"\n0.5,0,\n");
    CHECK(table.time_s == std::vector<double>{0, 0.5, 0.5});
    CHECK(table.prompts == std::vector<std::string>{"dusk, rain", "a \"calm\" night", "a \"calm\" night"});
    CHECK(table.actions[1].look == -1);
}

TEST_CASE("[read_actions] JSONL: one object a line, buttons may be true, the prompt lasts") {
    const Folder folder("actions");
    const ActionTable table =
        read(folder, "a.jsonl",
             "{\"forward\": 1, \"prompt\": \"noon\"}\n{}\n\n{\"run\": true, \"sideways\": -0.5}\n");
    REQUIRE(table.actions.size() == 3);
    CHECK(table.actions[0] == Action{.forward = 1});
    CHECK(table.actions[1] == Action{});
    CHECK(table.actions[2] == Action{.sideways = -0.5f, .run = 1});
    CHECK(table.prompts == std::vector<std::string>{"noon", "noon", "noon"});
}

TEST_CASE("[read_actions] whatever makes no sense is refused with its line") {
    const Folder folder("actions");
    const auto refusal = [&](const std::string& name, std::string_view text) {
        return message_of([&] { read(folder, name, text); });
    };
    const std::string unknown = refusal("a.csv", "forward,strafe\n1,0\n");
    CHECK(contains(unknown, "a.csv: line 1: the column \"strafe\" is not known"));
    CHECK(contains(unknown, "one of forward, sideways, turn, look, run, jump, time, prompt"));
    CHECK(contains(refusal("a.jsonl", "{}\n{\"fire\": 1}\n"), "line 2: the column \"fire\" is not known"));
    CHECK(contains(refusal("a.csv", "turn\n0\n5\n"), "line 3: turn is 5, but actions go from -1 to 1"));
    CHECK(contains(refusal("a.csv", "turn\nleft\n"), "line 2: turn is \"left\", which is no number"));
    CHECK(contains(refusal("a.csv", "turn\nnan\n"), "line 2: turn is nan"));
    CHECK(contains(refusal("a.csv", "turn,look\n1\n"), "line 2: has 1 values for 2 columns"));
    CHECK(contains(refusal("a.csv", "turn,turn\n1,1\n"), "named twice"));
    CHECK(contains(refusal("a.csv", "time,turn\n1,0\n0.5,0\n"), "line 3: the time goes back"));
    CHECK(contains(refusal("a.jsonl", "{\"time\": 0}\n{}\n"), "line 2: some rows have a time"));
    CHECK(contains(refusal("a.jsonl", "{\"turn\": \"left\"}\n"), "which is no number"));
    CHECK(contains(refusal("a.jsonl", "[1, 2]\n"), "line 1: is not a JSON object"));
    CHECK(contains(refusal("a.jsonl", "{\"turn\": 1\n"), "line 1: is not a JSON object"));
    CHECK(contains(refusal("a.csv", "turn\n"), "has no row of actions"));
    CHECK(contains(refusal("a.csv", ""), "has no row of actions"));
    CHECK(contains(message_of([&] { read_actions(folder.path / "none.csv"); }), "cannot be opened"));
}

TEST_CASE("[ActionTrack] a row a frame: row t is what led to frame t") {
    const ActionTrack track({{{}, {.forward = 1}, {.turn = 1, .jump = 1}, {.forward = -1}}, {}, {}}, 10);
    CHECK(track.between(0, 0.1) == Action{.forward = 1});
    CHECK(track.between(0.1, 0.2) == Action{.turn = 1, .jump = 1});
    CHECK(track.between(0.2, 0.3) == Action{.forward = -1});
    CHECK(track.between(0.3, 0.4) == Action{.forward = -1});  // the last goes on
    SUBCASE("fewer pictures than rows: axes are averaged, a short press counts") {
        const Action both = track.between(0, 0.2);
        CHECK(both.forward == doctest::Approx(0.5));
        CHECK(both.turn == doctest::Approx(0.5));
        CHECK(both.jump == 1);
    }
}

TEST_CASE("[ActionTrack] times: each row lasts until the next") {
    const ActionTrack track({{{.forward = 1}, {.turn = -1}}, {0.1, 0.4}, {"noon", "night"}}, 10);
    CHECK(track.between(0, 0.1) == Action{});
    CHECK(track.between(0.2, 0.3) == Action{.forward = 1});
    CHECK(track.between(0.5, 9.0) == Action{.turn = -1});
    CHECK(track.between(0.3, 0.5).forward == doctest::Approx(0.5));
    CHECK(track.between(0.3, 0.5).turn == doctest::Approx(-0.5));
    CHECK(track.between(0.3, 0.3) == Action{.forward = 1});
    CHECK(track.prompt_at(0) == "noon");
    CHECK(track.prompt_at(0.3) == "noon");
    CHECK(track.prompt_at(0.5) == "night");
}
