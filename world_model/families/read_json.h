#pragma once
/// JSON files that come with published weights.

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/core/error.h"

namespace rv::world_model::families {

/// @throws FileError if it cannot be read or is no JSON object.
inline nlohmann::json read_json(const std::filesystem::path& file) {
    std::ifstream stream(file);
    if (!stream) throw FileError(file.string(), "cannot be read");
    const nlohmann::json json = nlohmann::json::parse(stream, nullptr, false);
    if (!json.is_object()) throw FileError(file.string(), "is no JSON object");
    return json;
}

}  // namespace rv::world_model::families
