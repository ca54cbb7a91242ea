#include <doctest/doctest.h>

#include "engine/app/prompt_fader.h"

using namespace rv::app;
using rv::world_model::PromptFade;

TEST_CASE("[PromptFader] a new prompt arrives in even steps, and is there at the last") {
    PromptFader fader;
    fader.begin("noon");
    CHECK(fader.next("noon", 4) == PromptFade{});
    CHECK(fader.next("night", 4) == PromptFade{"noon", 0.25});
    CHECK(fader.next("night", 4) == PromptFade{"noon", 0.5});
    CHECK(fader.next("night", 4) == PromptFade{"noon", 0.75});
    CHECK_FALSE(fader.next("night", 4).active());
    CHECK_FALSE(fader.next("night", 4).active());
}

TEST_CASE("[PromptFader] without frames a prompt is there at once") {
    PromptFader fader;
    fader.begin("noon");
    CHECK_FALSE(fader.next("night", 0).active());
    CHECK_FALSE(fader.next("dawn", 1).active());
}

TEST_CASE("[PromptFader] a prompt that comes meanwhile sets out from the one in force") {
    PromptFader fader;
    fader.begin("noon");
    fader.next("night", 10);
    CHECK(fader.next("snow", 2) == PromptFade{"night", 0.5});
    CHECK_FALSE(fader.next("snow", 2).active());
}

TEST_CASE("[PromptFader] a start or a jump ends a fade") {
    PromptFader fader;
    fader.begin("noon");
    fader.next("night", 10);
    fader.begin("noon");
    CHECK_FALSE(fader.next("noon", 10).active());
}
