#include <doctest/doctest.h>

#include <set>

#include "engine/simulator/prompt.h"

using namespace rv::simulator;

TEST_CASE("[parse_prompt] reads varied wording") {
    const auto is = [](std::string_view text, TimeOfDay time, Weather weather, Biome biome) {
        CAPTURE(std::string(text));
        CHECK(parse_prompt(text) == Look{time, weather, biome});
    };
    is("", TimeOfDay::Noon, Weather::Clear, Biome::Meadow);
    is("a snowy night", TimeOfDay::Night, Weather::Snow, Biome::Meadow);
    is("Foggy morning in the desert", TimeOfDay::Dawn, Weather::Fog, Biome::Desert);
    is("SUNSET, heavy rain; autumn!", TimeOfDay::Dusk, Weather::Rain, Biome::Autumn);
    is("a wintry evening without snow", TimeOfDay::Dusk, Weather::Clear, Biome::Winter);
    is("misty twilight among the dunes", TimeOfDay::Dusk, Weather::Fog, Biome::Desert);
    is("let it be midnight, with a blizzard", TimeOfDay::Night, Weather::Snow, Biome::Meadow);
    is("purple elephants", TimeOfDay::Noon, Weather::Clear, Biome::Meadow);
    is("no rain but fog at dawn", TimeOfDay::Dawn, Weather::Fog, Biome::Meadow);
}

TEST_CASE("[parse_prompt] what is not named keeps its default") {
    const Look defaults{TimeOfDay::Dusk, Weather::Rain, Biome::Winter};
    CHECK(parse_prompt("desert", defaults) == Look{TimeOfDay::Dusk, Weather::Rain, Biome::Desert});
    CHECK(parse_prompt("nothing of that", defaults) == defaults);
}

TEST_CASE("[caption] every wording of every look is read back as that look") {
    Random random(5);
    for (const Look& look : all_looks()) {
        CHECK(parse_prompt(canonical_name(look)) == look);
        std::set<std::string> wordings;
        for (int i = 0; i < 400; ++i) {
            const std::string text = caption(look, random);
            CAPTURE(text);
            REQUIRE(parse_prompt(text) == look);
            CHECK(text.find('{') == std::string::npos);
            wordings.insert(text);
        }
        CHECK(wordings.size() > 100);
    }
}

TEST_CASE("[all_looks] holds every look once, at its index") {
    for (int i = 0; i < kLookCount; ++i) CHECK(look_index(all_looks()[static_cast<std::size_t>(i)]) == i);
}
