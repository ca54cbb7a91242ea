#pragma once
/// Where a world's start frames are taken, and found again.

#include "engine/simulator/environment.h"

namespace rv::simulator {

/// Builds the place of `seed` and lets the built-in agent walk `steps` steps into it, so that the first
/// picture is not always the same corner. The same arguments end at the same picture.
/// @param prompt what it looks like from the first step on; empty: as the seed has it
Step walk_in(Environment& environment, std::uint64_t seed, std::string_view prompt, int steps);

}  // namespace rv::simulator
