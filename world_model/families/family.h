#pragma once
/// The registry of other people's world models. A family knows how its own section of world.toml, [family],
/// is read, which keys its worlds have, and how its published files are recognised; nobody else does.

#include <torch/torch.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "world_model/families/game_model.h"
#include "world_model/families/weights.h"
#include "world_model/world_file.h"

namespace rv::world_model::families {

using WeightFiles = std::vector<std::shared_ptr<const WeightsFile>>;

/// What a family makes of published files.
struct Recognised {
    WorldFile world;  ///< all but start frames; its [family] section names no files yet
    struct Part {
        std::string key;       ///< in the [family] section: "dynamics"
        std::size_t file = 0;  ///< which of the files
        WeightMatch match;
    };
    std::vector<Part> parts;
};

struct Family {
    std::string kind;  ///< as [family] says: "oasis"
    /// The keys of [family] that name weight files.
    std::vector<std::string> weight_keys;
    std::vector<WorldButton> (*buttons)(const WorldFile& world) = nullptr;
    /// Builds the networks and loads them. @param files of weight_keys, in that order
    std::unique_ptr<GameModel> (*open)(const WorldFile& world, const WeightFiles& files, torch::Device device,
                                       torch::ScalarType dtype) = nullptr;
    /// Empty if the files, by their tensors' names and shapes, are not this family's.
    /// @param beside a config.json that lay beside them, for what no tensor says; or an empty object
    /// @throws FileError where a part of the model is not among them.
    std::optional<Recognised> (*recognise)(const WeightFiles& files, const nlohmann::json& beside) = nullptr;
};

std::span<const Family> families();
/// The family that a world's [family] section names. @throws FileError listing the known ones.
const Family& find_family(const nlohmann::json& section, const std::filesystem::path& folder);
/// The weight files of a world: absolute, or relative to its folder.
/// @throws FileError for a key that names none, or a file that is not there.
std::vector<std::filesystem::path> weight_paths(const WorldFile& world, const std::filesystem::path& folder);

Family oasis_family();
Family diamond_family();

}  // namespace rv::world_model::families
