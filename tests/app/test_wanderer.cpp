#include <doctest/doctest.h>

#include <set>

#include "engine/app/wanderer.h"

using rv::Action;
using rv::app::Wanderer;

TEST_CASE("[Wanderer] walks the same way for the same seed only") {
    Wanderer a(1), b(1), other(2);
    bool differs = false;
    for (int i = 0; i < 500; ++i) {
        const Action action = a.next();
        CHECK(action == b.next());
        differs |= action != other.next();
    }
    CHECK(differs);
}

TEST_CASE("[Wanderer] uses every key within its range, and holds keys for a while") {
    Wanderer wanderer(3);
    std::array<std::set<float>, rv::kActionSize> seen;
    int changes = 0;
    Action last;
    const int frames = 3000;
    for (int i = 0; i < frames; ++i) {
        const Action action = wanderer.next();
        CHECK(action == rv::clamped(action));
        for (std::size_t axis = 0; axis < rv::kActionSize; ++axis) seen[axis].insert(action.values()[axis]);
        changes += action != last;
        last = action;
    }
    for (const auto& values : seen) CHECK(values.size() >= 2);
    CHECK(seen[0].count(-1) == 1);  // back, too
    CHECK(changes > frames / 100);
    CHECK(changes < frames / 2);
}
