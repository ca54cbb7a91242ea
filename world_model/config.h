#pragma once
/// Configurations are plain structs; on disk they are TOML (written by people) or JSON (inside checkpoints),
/// in memory between the two nlohmann::json. Unknown keys are refused, missing ones keep the struct's
/// default.

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "engine/core/error.h"

namespace rv::world_model {

/// Reads a TOML file. @throws FileError with line and column.
nlohmann::json read_toml(const std::filesystem::path& file);

/// The same of a text, such as "trainer.steps = 100". @throws UsageError naming `where`.
nlohmann::json parse_toml(const std::string& text, const std::string& where);

/// @throws UsageError naming `where` and each key of `given`, or of a table in it, that `known` has not.
void refuse_unknown_keys(const nlohmann::json& given, const nlohmann::json& known, const std::string& where);

/// Config is a struct with NLOHMANN_DEFINE_TYPE_..._WITH_DEFAULT.
template <class Config>
Config config_from(const nlohmann::json& given, const std::string& where) {
    refuse_unknown_keys(given, nlohmann::json(Config{}), where);
    try {
        return given.get<Config>();
    } catch (const nlohmann::json::exception& error) {
        throw UsageError(where + " has a value of the wrong kind (" + error.what() + ")");
    }
}

}  // namespace rv::world_model
