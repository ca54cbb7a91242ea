#include <doctest/doctest.h>

#include "tests/ui/imgui_fixture.h"
#include "ui/panels/welcome_card.h"

using namespace rv::ui;

TEST_CASE_FIXTURE(ImGuiFixture, "[WelcomeCard] is closed by its button, and stays closed") {
    WelcomeCard card;
    card.show();
    bool closed = false;
    ImGuiIO& io = ImGui::GetIO();
    // The button lies below the middle, as wide as the card.
    for (float y = 300; y < 560 && !closed; y += 6) {
        for (const bool down : {false, true, false}) {
            io.MousePos = {640, y};
            io.MouseDown[0] = down;
            closed = frame([&] { return card.draw({}, fonts); }) || closed;
        }
    }
    CHECK(closed);
    CHECK_FALSE(card.open());
    CHECK_FALSE(frame([&] { return card.draw({}, fonts); }));
}
