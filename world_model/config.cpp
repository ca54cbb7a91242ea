#include "world_model/config.h"

#include <toml++/toml.h>

#include <sstream>

namespace rv::world_model {

nlohmann::json read_toml(const std::filesystem::path& file) {
    if (!std::filesystem::is_regular_file(file)) throw FileError(file.string(), "there is no such file");
    try {
        std::ostringstream text;
        text << toml::json_formatter(toml::parse_file(file.string()));
        return nlohmann::json::parse(text.str());
    } catch (const toml::parse_error& error) {
        std::ostringstream what;
        what << "not valid TOML (" << error.description() << ", line " << error.source().begin.line
             << ", column " << error.source().begin.column << ")";
        throw FileError(file.string(), what.str());
    }
}

nlohmann::json parse_toml(const std::string& text, const std::string& where) {
    try {
        std::ostringstream json;
        json << toml::json_formatter(toml::parse(text));
        return nlohmann::json::parse(json.str());
    } catch (const toml::parse_error& error) {
        throw UsageError(where + " is not valid TOML (" + std::string(error.description()) + ")",
                         "key = value, with quotes around text");
    }
}

namespace {

// "x.toml, [model]" -> "x.toml, [model.unet]"; without a table at the end "x.toml, [unet]".
std::string table_within(const std::string& where, const std::string& key) {
    if (where.ends_with(']')) return where.substr(0, where.size() - 1) + "." + key + "]";
    return where + ", [" + key + "]";
}

}  // namespace

void refuse_unknown_keys(const nlohmann::json& given, const nlohmann::json& known, const std::string& where) {
    if (!given.is_object()) throw UsageError(where + " is not a table");
    std::string unknown;
    for (const auto& [key, value] : given.items()) {
        if (!known.contains(key)) unknown += (unknown.empty() ? "" : ", ") + key;
    }
    if (!unknown.empty()) {
        std::string names;
        for (const auto& [key, value] : known.items()) names += (names.empty() ? "" : ", ") + key;
        throw UsageError(where + " has unknown keys: " + unknown, "one of " + names);
    }
    for (const auto& [key, value] : given.items()) {
        const nlohmann::json& table = known[key];
        // What is empty in `known` may hold anything: somebody else reads it, who knows its keys.
        if (table.is_object() && !table.empty()) refuse_unknown_keys(value, table, table_within(where, key));
    }
}

}  // namespace rv::world_model
