#include <doctest/doctest.h>

#include <vector>

#include "tests/ui/imgui_fixture.h"

using namespace rv;
using namespace rv::ui;

namespace {

struct Scene : ImGuiFixture {
    Scene() {
        WorldEntry village;
        village.title = "Village";
        village.start_frames = {"Square", "Mill"};
        village.prompts = {"noon", "a snowy night"};
        village.max_sampler_steps = 8;
        village.has_prompt = village.has_pose = true;
        worlds.push_back(village);
        state.worlds = worlds;
        state.prompt = "noon";
        state.seed = 7;
        state.has_frame = true;
    }
    Intents draw() {
        return frame([&] { return ui.draw(state, fonts, now); });
    }
    /// Presses and releases the left button there; everything asked for on the way.
    Intents click(ImVec2 at) {
        ImGuiIO& io = ImGui::GetIO();
        Intents all;
        const auto merge = [&](const Intents& i) {
            all.toggle_pause |= i.toggle_pause;
            all.single_step |= i.single_step;
            all.toggle_recording |= i.toggle_recording;
            all.screenshot |= i.screenshot;
            if (i.restart) all.restart = i.restart;
            if (i.prompt) all.prompt = i.prompt;
        };
        io.MousePos = at;
        merge(draw());
        io.MouseDown[0] = true;
        merge(draw());
        io.MouseDown[0] = false;
        merge(draw());
        merge(draw());
        return all;
    }

    std::vector<WorldEntry> worlds;
    ExplorerState state;
    ExplorerUi ui;
    TimePoint now{};
};

// The status bar's buttons stand in a row from the left, each as wide as high.
ImVec2 status_button(int index) {
    const float side = ImGui::GetFrameHeight();
    return {units(12) + (static_cast<float>(index) + 0.5f) * side + static_cast<float>(index) * units(4),
            ImGui::GetIO().DisplaySize.y - StatusBar::height() * 0.5f};
}

}  // namespace

TEST_CASE_FIXTURE(Scene, "[ExplorerUi] asks for nothing while nobody touches it") {
    for (int i = 0; i < 5; ++i) {
        const Intents intents = draw();
        CHECK_FALSE(intents.open_world);
        CHECK_FALSE(intents.restart);
        CHECK_FALSE(intents.prompt);
        CHECK_FALSE(intents.sampler_steps);
        CHECK_FALSE(intents.deadline_ms);
        CHECK_FALSE(intents.filter);
        CHECK_FALSE(intents.free_camera);
        CHECK_FALSE(intents.toggle_pause);
        CHECK_FALSE(intents.single_step);
        CHECK_FALSE(intents.toggle_recording);
        CHECK_FALSE(intents.screenshot);
    }
}

TEST_CASE_FIXTURE(Scene, "[StatusBar] pauses, steps and restarts") {
    draw();
    CHECK(click(status_button(0)).toggle_pause);
    CHECK(click(status_button(1)).single_step);
    const Intents restart = click(status_button(2));
    REQUIRE(restart.restart);
    CHECK(restart.restart->seed == 7);
}

TEST_CASE_FIXTURE(Scene, "[ExplorerUi] hides its panels, and then nothing takes the mouse") {
    draw();
    ui.toggle_panels();
    const Intents intents = click(status_button(0));
    CHECK_FALSE(intents.toggle_pause);
    CHECK_FALSE(ImGui::GetIO().WantCaptureMouse);
}

TEST_CASE_FIXTURE(Scene, "[ExplorerUi] the picture between the panels does not take the mouse") {
    click({640, 300});
    CHECK_FALSE(ImGui::GetIO().WantCaptureMouse);
}

TEST_CASE_FIXTURE(Scene, "[PromptPanel] takes the keyboard when asked to, and applies on Enter") {
    draw();
    ui.edit_prompt();
    for (int i = 0; i < 3; ++i) draw();
    ImGuiIO& io = ImGui::GetIO();
    CHECK(io.WantTextInput);
    for (const char c : std::string("dusk")) io.AddInputCharacter(static_cast<unsigned>(c));
    draw();
    CHECK_FALSE(draw().prompt);  // typing alone changes nothing
    io.KeyMap[ImGuiKey_Enter] = 10;
    io.KeysDown[10] = true;
    const Intents intents = draw();
    REQUIRE(intents.prompt);
    CHECK(*intents.prompt == "dusk");
}

TEST_CASE_FIXTURE(Scene, "[HelpOverlay] opens and closes") {
    ui.toggle_help();
    draw();
    CHECK(ui.close_help());
    CHECK_FALSE(ui.close_help());
}

TEST_CASE_FIXTURE(Scene, "[ExplorerUi] draws every state without complaint") {
    std::vector<Performance::Step> history(4);
    for (std::size_t i = 0; i < history.size(); ++i)
        history[i] = {.frame = i,
                      .began_ms = -60.0 * static_cast<double>(4 - i),
                      .dynamics_ms = 20,
                      .decode_ms = 10,
                      .total_ms = 30,
                      .late = i == 2};
    const std::vector<KeyHelp> help = {{"Moving", "W, S", "Forward"}, {"Time", "P", "Pause"}};
    state.help = help;
    state.performance.steps_shown = history;
    state.performance.generated_fps = 14;
    state.performance.target_fps = 15;
    state.recording = {.active = true, .seconds = 65};
    state.paused = state.free_camera = true;
    state.deadline_ms = 66;
    ui.toggle_help();
    ui.notify(ToastKind::Error,
              "a long sentence about something that went wrong with the disk while recording", now);
    draw();
    CHECK(ImGui::GetDrawData()->TotalVtxCount > 0);
    state.fatal = "the model produced no frame";
    state.worlds = {};
    draw();
    ImGui::GetIO().DisplaySize = {320, 200};
    draw();
    draw();
    CHECK(ImGui::GetDrawData()->Valid);
}
