#include <doctest/doctest.h>

#include <vector>

#include "tests/ui/imgui_fixture.h"
#include "ui/panels/quality_panel.h"

using namespace rv::ui;

namespace {

constexpr float kWidth = 300, kHeight = 300;

/// The panel alone, in the upper left corner.
struct PanelAlone : ImGuiFixture {
    PanelAlone() {
        WorldEntry village;
        village.max_sampler_steps = 8;
        worlds.push_back(village);
        state.worlds = worlds;
        state.sampler_steps = 3;
        state.frame_rate = 15;
    }
    Intents draw() {
        return frame_in_window({kWidth, kHeight}, [&] {
            Intents intents;
            panel.draw(state, fonts, intents);
            return intents;
        });
    }
    /// Clicks everywhere along a line downwards; the first of each thing asked for.
    Intents click_along(float x) {
        ImGuiIO& io = ImGui::GetIO();
        Intents all;
        for (float y = 2; y < kHeight; y += 4) {
            for (const bool down : {false, true, false}) {
                io.MousePos = {x, y};
                io.MouseDown[0] = down;
                const Intents intents = draw();
                if (intents.deadline_ms && !all.deadline_ms) all.deadline_ms = intents.deadline_ms;
                if (intents.sampler_steps && !all.sampler_steps) all.sampler_steps = intents.sampler_steps;
            }
        }
        return all;
    }

    std::vector<WorldEntry> worlds;
    ExplorerState state;
    QualityPanel panel;
};

}  // namespace

TEST_CASE_FIXTURE(PanelAlone,
                  "[QualityPanel] offers steps, and to hold the time of a frame at the world's rate") {
    const Intents intents = click_along(30);
    REQUIRE(intents.sampler_steps);
    CHECK(*intents.sampler_steps == 1);  // the left end
    REQUIRE(intents.deadline_ms);
    CHECK(*intents.deadline_ms == 66);
}

TEST_CASE_FIXTURE(PanelAlone,
                  "[QualityPanel] while a time is held its switch lets go, and the steps only show") {
    state.deadline_ms = 66;
    const Intents left = click_along(30);
    CHECK_FALSE(left.sampler_steps);
    REQUIRE(left.deadline_ms);
    CHECK(*left.deadline_ms == 0);
    const Intents right = click_along(kWidth - 30);  // beside the switch: the slider below it
    REQUIRE(right.deadline_ms);
    CHECK(*right.deadline_ms > 66);
}

TEST_CASE_FIXTURE(PanelAlone, "[QualityPanel] a world with one sampler step has nothing to choose") {
    worlds[0].max_sampler_steps = 1;
    const Intents intents = click_along(30);
    CHECK_FALSE(intents.sampler_steps);
    CHECK_FALSE(intents.deadline_ms);
}
