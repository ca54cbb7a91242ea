#pragma once
/// Somebody at the keys who is not there: walks, stops, turns, looks about, runs and jumps as people do, with
/// keys that are held for a while and let go. The same seed gives the same walk.

#include "engine/core/action.h"
#include "engine/simulator/random.h"

namespace rv::app {

class Wanderer {
  public:
    explicit Wanderer(std::uint64_t seed) : random_(seed) {}

    /// What is held during the next frame.
    Action next();

  private:
    /// A key, or a pair of opposite ones.
    struct Key {
        float value = 0;
        int frames = 0;  ///< until it changes
    };
    void press(Key& key, float chance, int shortest, int longest, float value);

    simulator::Random random_;
    Key walk_, sidestep_, turn_, look_, run_, jump_;
};

}  // namespace rv::app
