#pragma once
/// JSON files that come with published weights.

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

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

/// The entries of a file that somebody else wrote; those that Config does not know mean nothing here.
/// @throws FileError for one of the wrong kind.
template <class Config>
Config config_of_file(const std::filesystem::path& file) {
    try {
        return read_json(file).get<Config>();
    } catch (const nlohmann::json::exception& error) {
        throw FileError(file.string(), std::string("has a value of the wrong kind (") + error.what() + ")");
    }
}

}  // namespace rv::world_model::families
