#pragma once
/// A manual page out of the command line itself: all commands and options, nothing written twice.

#include <CLI/CLI.hpp>
#include <string>

namespace rv::tools {

/// roff for `man`, section 1. @param version of the program.
std::string man_page(const CLI::App& program, const std::string& version);

}  // namespace rv::tools
