#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace rv::tests {

/// A whole file; empty where there is none.
inline std::string text_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

}  // namespace rv::tests
