#pragma once
/// The grammar of prompts: time of day x weather x biome, in free words.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "engine/simulator/random.h"

namespace rv::simulator {

enum class TimeOfDay { Dawn, Noon, Dusk, Night };
enum class Weather { Clear, Fog, Rain, Snow };
enum class Biome { Meadow, Autumn, Desert, Winter };

struct Look {
    TimeOfDay time = TimeOfDay::Noon;
    Weather weather = Weather::Clear;
    Biome biome = Biome::Meadow;
    friend bool operator==(const Look&, const Look&) = default;
};

inline constexpr int kLookCount = 64;

/// Reads a description such as "a snowy night" or "Foggy morning in the desert". Unknown words are ignored, a
/// word after "no", "not" or "without" does not count, the first word that names an attribute decides it, and
/// an attribute that nothing names keeps its value in `defaults`.
Look parse_prompt(std::string_view text, const Look& defaults = {});

/// A description in varied wording that parse_prompt reads back as the same look.
std::string caption(const Look& look, Random& random);

/// "night, snow, meadow": short, fixed, and read back by parse_prompt.
std::string canonical_name(const Look& look);

/// All combinations, in a fixed order; look_index is the place in it.
const std::array<Look, kLookCount>& all_looks();
int look_index(const Look& look);

}  // namespace rv::simulator
