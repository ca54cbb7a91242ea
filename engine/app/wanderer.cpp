#include "engine/app/wanderer.h"

namespace rv::app {

// Holds the key with that chance, else leaves it, for a time between the two (frames).
void Wanderer::press(Key& key, float chance, int shortest, int longest, float value) {
    if (key.frames-- > 0) return;
    key.value = random_.chance(chance) ? value : 0.0f;
    key.frames = shortest + random_.index(longest - shortest + 1) - 1;
}

Action Wanderer::next() {
    // Times in frames at 15 a second: one walks for seconds, turns for moments, and jumps seldom.
    press(walk_, 0.8f, 15, 90, random_.chance(0.9f) ? 1.0f : -1.0f);
    press(sidestep_, 0.15f, 5, 20, random_.sign());
    press(turn_, 0.5f, 3, 25, random_.uniform(-1.0f, 1.0f));
    press(look_, 0.15f, 3, 12, random_.uniform(-0.6f, 0.6f));
    press(run_, 0.2f, 20, 60, 1.0f);
    press(jump_, 0.03f, 2, 6, 1.0f);
    return {.forward = walk_.value,
            .sideways = sidestep_.value,
            .turn = turn_.value,
            .look = look_.value,
            .run = run_.value,
            .jump = jump_.value};
}

}  // namespace rv::app
