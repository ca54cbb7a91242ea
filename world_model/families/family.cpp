#include "world_model/families/family.h"

#include <algorithm>
#include <array>

#include "engine/core/error.h"

namespace rv::world_model::families {

std::span<const Family> families() {
    static const std::array<Family, 2> list = {oasis_family(), diamond_family()};
    return list;
}

const Family& find_family(const nlohmann::json& section, const std::filesystem::path& folder) {
    const auto named = section.find("kind");
    const std::string kind = named != section.end() && named->is_string() ? named->get<std::string>() : "";
    const auto found = std::ranges::find(families(), kind, &Family::kind);
    if (found != families().end()) return *found;
    std::string known;
    for (const Family& family : families()) known += (known.empty() ? "" : " or ") + family.kind;
    throw FileError((folder / kWorldFile).string(), "its [family] is of no known kind: \"" + kind + "\"",
                    "kind = " + known);
}

std::vector<std::filesystem::path> weight_paths(const WorldFile& world, const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> paths;
    for (const std::string& key : find_family(world.family, folder).weight_keys) {
        const auto named = world.family.find(key);
        if (named == world.family.end() || !named->is_string()) {
            throw FileError((folder / kWorldFile).string(), "its [family] names no weights as " + key,
                            key + " = \"weights.safetensors\"");
        }
        const auto path = folder / named->get<std::string>();  // absolute ones stay as they are
        if (!std::filesystem::is_regular_file(path)) {
            throw FileError(path.string(), "the weights of " + folder.filename().string() + " are not there",
                            "reverie import again, with the place where they are now");
        }
        paths.push_back(path);
    }
    return paths;
}

}  // namespace rv::world_model::families
