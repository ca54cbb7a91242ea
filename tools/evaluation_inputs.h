#pragma once
/// What steers the simulator in the parts of an evaluation.

#include <filesystem>
#include <string>
#include <vector>

#include "tools/truth.h"

namespace rv::tools {

using Inputs = std::vector<TruthInput>;

/// Every axis at random, each choice held for a while.
Inputs random_inputs(int64_t frames, std::uint64_t seed);
/// `still` frames at rest, a full turn to the right in place, and some frames in which the turn ends.
Inputs full_turn(const simulator::EnvironmentSpec& spec, int64_t still);
/// `still` frames at rest, then forward, and backward to where it began.
Inputs there_and_back(int64_t still, float backward_part);
/// The agent walks; from frame `at` on, the prompt is another one in all its attributes.
Inputs prompt_switch(const std::string& prompt, int64_t at);
/// A look that differs from `look` in every attribute, as a prompt. @param seed chooses among them
std::string another_look(const std::string& look, std::uint64_t seed);
/// A script of actions and prompts (docs/scripts.md). @throws FileError, UsageError for a camera path.
Inputs read_inputs(const std::filesystem::path& script, double frame_rate);

}  // namespace rv::tools
