#pragma once
/// One file per command. A file defines its options and what they do, and registers itself:
///
///     const Command kDoctor("doctor", "Say what this machine can do", [](CLI::App& app) -> Run {
///         auto options = std::make_shared<Options>();
///         app.add_flag("--json", options->json, "Print JSON");
///         return [options] { return doctor(*options); };
///     });

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

namespace rv::tools {

/// Runs a parsed command; the result is the exit status.
using Run = std::function<int()>;

class Command {
  public:
    /// @param declare adds the command's options to its own CLI11 app and returns what runs after parsing.
    Command(std::string name, std::string help, std::function<Run(CLI::App&)> declare);
};

/// Parses and runs one registered command; one sentence on standard error and status 1 when it fails,
/// CLI11's message and status when the options are wrong.
int run_command_line(int argc, char** argv);

}  // namespace rv::tools
