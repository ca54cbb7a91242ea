#pragma once
/// reverie eval tokenizer: how good a tokenizer is, on recordings, without a world around it.

#include <CLI/CLI.hpp>

namespace rv::tools {

/// Adds the subcommand, which runs as soon as it is parsed.
void declare_eval_tokenizer(CLI::App& app);

}  // namespace rv::tools
