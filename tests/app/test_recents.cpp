#include <doctest/doctest.h>

#include <fstream>

#include "engine/app/recents.h"
#include "tests/support/temporary_folder.h"

using namespace rv::app;
using rv::tests::TemporaryFolder;

TEST_CASE("[Recents] come back after the program has ended, newest first and each once") {
    const TemporaryFolder folder;
    {
        Recents recents(folder / "recent.json");
        CHECK(recents.prompts().empty());
        recents.add_prompt("fog");
        recents.add_prompt("snow \"at\" dusk");
        recents.add_prompt("fog");
        recents.add_prompt("");
        recents.add_opened("/worlds/../worlds/maze");
    }
    const Recents recents(folder / "recent.json");
    CHECK(recents.prompts() == std::vector<std::string>{"fog", "snow \"at\" dusk"});
    CHECK(recents.opened() == std::vector<std::string>{"/worlds/maze"});
}

TEST_CASE("[Recents] keep no more than they promise, and live without a file") {
    Recents recents;
    for (int i = 0; i < 40; ++i) recents.add_prompt(std::to_string(i));
    CHECK(recents.prompts().size() == Recents::kKept);
    CHECK(recents.prompts().front() == "39");
}

TEST_CASE("[Recents] a damaged file holds nothing, and is written anew") {
    const TemporaryFolder folder;
    std::ofstream(folder / "recent.json") << "{\"prompts\": [1, 2";
    Recents recents(folder / "recent.json");
    CHECK(recents.prompts().empty());
    recents.add_prompt("fog");
    CHECK(Recents(folder / "recent.json").prompts().size() == 1);
}
