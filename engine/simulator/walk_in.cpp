#include "engine/simulator/walk_in.h"

namespace rv::simulator {

Step walk_in(Environment& environment, std::uint64_t seed, std::string_view prompt, int steps) {
    Step step = environment.reset(seed);
    if (!prompt.empty()) environment.set_prompt(prompt);
    for (int i = 0; i < steps; ++i) step = environment.step(environment.policy());
    return step;
}

}  // namespace rv::simulator
