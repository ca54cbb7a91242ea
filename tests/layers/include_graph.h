#pragma once
/// Reads which folder of the project includes which, and says where an include goes against the table of
/// OVERVIEW.md.

#include <filesystem>
#include <string>
#include <vector>

namespace rv::layers {

struct Violation {
    std::filesystem::path file;  ///< relative to the root
    int line = 0;
    std::string include;  ///< as written
    std::string reason;
};

/// All includes below root that no row of the table allows, and folders with sources that have no row.
std::vector<Violation> check_includes(const std::filesystem::path& root);

/// One violation a line: file:line: #include "x": reason.
std::string describe(const std::vector<Violation>& violations);

}  // namespace rv::layers
