#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "tests/ui/imgui_fixture.h"
#include "ui/panels/recording_panel.h"

using namespace rv::ui;

namespace {

constexpr float kWidth = 300, kHeight = 360;

/// The panel alone, in the upper left corner.
struct PanelAlone : ImGuiFixture {
    PanelAlone() {
        formats = {{"MP4 video", ".mp4", {"libx264", "libx265"}}, {"GIF animation", ".gif", {}}};
        state.recording_formats = formats;
    }
    void draw() {
        frame_in_window({kWidth, kHeight}, [&] {
            Intents intents;
            panel.draw(state, fonts, intents);
            if (intents.recording_choice) choices.push_back(*intents.recording_choice);
            toggled |= intents.toggle_recording;
            return 0;
        });
    }
    void click(ImVec2 at) {
        ImGuiIO& io = ImGui::GetIO();
        for (const bool down : {false, true, false}) {
            io.MousePos = at;
            io.MouseDown[0] = down;
            draw();
        }
    }
    /// Clicks everywhere along a line downwards, and types a codec wherever that is possible.
    void click_along(float x) {
        for (float y = 2; y < kHeight; y += 5) {
            click({x, y});
            ImGui::GetIO().AddInputCharactersUTF8("prores");
            draw();
        }
        draw();
    }
    /// Opens whatever opens along that line, and chooses below it.
    void choose_below_along(float x) {
        for (float y = 2; y < kHeight / 2; y += 8) {
            for (const float below : {45.0f, 55.0f, 65.0f}) {
                click({x, y});
                click({x, y + below});
                click({kWidth - 4, kHeight - 4});  // closes what is still open
            }
        }
    }
    template <class Predicate>
    bool chosen(Predicate predicate) const {
        return std::ranges::any_of(choices, predicate);
    }

    std::vector<RecordingFormat> formats;
    ExplorerState state;
    RecordingPanel panel;
    std::vector<RecordingChoice> choices;
    bool toggled = false;
};

}  // namespace

TEST_CASE_FIXTURE(PanelAlone, "[RecordingPanel] format, codec, scale, interface and start are asked for") {
    choose_below_along(100);
    click_along(100);
    CHECK(chosen([](const RecordingChoice& c) { return c.format == 1 && c.codec == "auto"; }));
    CHECK(chosen([](const RecordingChoice& c) { return c.codec == "prores"; }));
    CHECK(chosen([](const RecordingChoice& c) { return c.scale > 0; }));
    CHECK(toggled);
    choices.clear();
    click_along(25);  // where the switch is
    CHECK(chosen([](const RecordingChoice& c) { return c.with_interface; }));
}

TEST_CASE_FIXTURE(PanelAlone, "[RecordingPanel] while it records there is only the end to ask for") {
    state.recording = {.active = true, .seconds = 3, .dropped_frames = 2, .encoder = "libx264"};
    click_along(100);
    click_along(25);
    CHECK(choices.empty());
    CHECK(toggled);
}

TEST_CASE_FIXTURE(PanelAlone, "[RecordingPanel] with the interface the window's size rules") {
    state.recording_choice.with_interface = true;
    click_along(100);
    CHECK_FALSE(chosen([](const RecordingChoice& c) { return c.scale > 0; }));
}
