#include <doctest/doctest.h>

#include "tests/ui/imgui_fixture.h"
#include "ui/panels/timeline_panel.h"

using namespace rv::ui;

namespace {

constexpr float kBottom = 700, kLane = 9;  // of a window of 1280 x 720

/// A walk of 100 frames and a branch that left it at 40, drawn at the bottom of the window.
struct Past : ImGuiFixture {
    Past() {
        state.frame_rate = 10;
        Timeline::Branch walk{"Walk 1", std::nullopt, 0, 100, {0, 50, 100}},
            branch{"Branch 2", TimelinePoint{0, 40}, 41, 80, {41, 80}};
        state.timeline.branches = {walk, branch};
        state.timeline.now = {1, 80};
    }
    TimelineIntents draw(ImVec2 mouse, bool down) {
        ImGuiIO& io = ImGui::GetIO();
        io.MousePos = mouse;
        io.MouseDown[0] = down;
        return frame([&] {
            TimelineIntents intents;
            panel.draw(state, fonts, {0, kBottom}, intents);
            return intents;
        });
    }
    [[nodiscard]] float lane(int index) const {
        return kBottom - panel.height(state.timeline) + 8 + 12 + (static_cast<float>(index) + 0.5f) * kLane;
    }
    std::optional<TimelinePoint> press(float x, float y) {
        draw({x, y}, false);
        draw({x, y}, false);
        const TimelineIntents intents = draw({x, y}, true);
        draw({x, y}, false);
        return intents.go_to;
    }

    ExplorerState state;
    TimelinePanel panel;
};

}  // namespace

TEST_CASE_FIXTURE(Past, "[TimelinePanel] takes no room without a past") {
    CHECK(panel.height(state.timeline) > 20);
    CHECK(panel.height({}) == 0);
}

TEST_CASE_FIXTURE(Past, "[TimelinePanel] a press on a lane goes there, and no further than the branch goes") {
    const auto beginning = press(15, lane(0));
    REQUIRE(beginning);
    CHECK(beginning->branch == 0);
    CHECK(beginning->frame <= 1);
    const auto end = press(1100, lane(1));
    REQUIRE(end);
    CHECK(*end == TimelinePoint{1, 80});
    CHECK_FALSE(press(600, 100));
}

TEST_CASE_FIXTURE(Past, "[TimelinePanel] a drag asks once for each frame, and stays in its lane") {
    draw({200, lane(0)}, false);
    draw({200, lane(0)}, false);
    const auto first = draw({200, lane(0)}, true).go_to;
    REQUIRE(first);
    CHECK_FALSE(draw({200, lane(0)}, true).go_to);
    const auto second = draw({700, lane(1) + 40}, true).go_to;
    REQUIRE(second);
    CHECK(second->branch == 0);
    CHECK(second->frame > first->frame);
}

TEST_CASE_FIXTURE(Past, "[TimelinePanel] a forgotten branch has no lane") {
    const float both = panel.height(state.timeline);
    for (int i = 0; i < 4; ++i) state.timeline.branches.push_back({"gone", std::nullopt, 0, 9, {}});
    CHECK(panel.height(state.timeline) == both);
}
