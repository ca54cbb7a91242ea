#include "tools/recipe.h"

#include <algorithm>
#include <array>
#include <map>

#include "engine/asset/assets_folder.h"
#include "engine/core/error.h"
#include "world_model/config.h"

namespace rv::tools {
namespace {

namespace fs = std::filesystem;
namespace wm = world_model;
using nlohmann::json;

constexpr const char* kFile = "recipe.toml";
constexpr int kMostBases = 8;  // more are a circle

struct StageKind {
    const char *name, *part;
};
// In the order in which they run.
constexpr std::array<StageKind, 6> kStageKinds{{{"tokenizer", "tokenizer"},
                                                {"dynamics", "dynamics"},
                                                {"rollout", "dynamics"},
                                                {"long", "dynamics"},
                                                {"prompt", "dynamics"},
                                                {"decoder", "decoder"}}};

// recipe.toml's tables before each is read on its own.
struct RecipeFile {
    std::string title, description, device = "cpu";
    int threads = 0;
    json data = json::object(), stage = json::object(), bundle = json::object(), eval = json::object();
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(RecipeFile, title, description, device, threads, data, stage,
                                                bundle, eval)

struct StageTable {
    bool run = true;
    double minutes = 0;
    std::string config;
    json set = json::object();  // laid over the training file
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(StageTable, run, minutes, config, set)

// What a recipe says, over what its base says. Paths of training files become absolute.
json read_with_bases(const fs::path& folder, int bases_left) {
    const fs::path file = folder / kFile;
    if (bases_left == 0) throw FileError(file.string(), "is its own base");
    json recipe = wm::read_toml(file);
    if (recipe.contains("stage") && recipe["stage"].is_object()) {
        for (auto& [name, stage] : recipe["stage"].items())
            if (stage.is_object() && stage.contains("config") && stage["config"].is_string())
                stage["config"] = (folder / stage["config"].get<std::string>()).lexically_normal().string();
    }
    if (!recipe.contains("base")) return recipe;
    if (!recipe["base"].is_string()) throw FileError(file.string(), "its base is not a path");
    json merged = read_with_bases(folder / recipe["base"].get<std::string>(), bases_left - 1);
    recipe.erase("base");
    merged.merge_patch(recipe);
    return merged;
}

// A stage that goes on from another trains the same network on the same pictures.
void take_over(json& file, const json& earlier) {
    for (const char* key : {"model", "corpus"}) {
        file.erase(key);
        if (earlier.contains(key)) file[key] = earlier[key];
    }
}

std::vector<RecipeStage> read_stages(const json& tables, const std::string& where) {
    json known = json::object();
    for (const StageKind& kind : kStageKinds) known[kind.name] = json::object();
    wm::refuse_unknown_keys(tables, known, where + ", [stage]");
    std::vector<RecipeStage> stages;
    std::map<std::string, json> last_of_part;
    for (const auto& [name, part] : kStageKinds) {
        if (!tables.contains(name)) continue;
        const auto table = wm::config_from<StageTable>(tables[name], where + ", [stage." + name + "]");
        if (!table.run) continue;
        if (table.config.empty())
            throw FileError(where, std::string("names no training file for the stage ") + name,
                            std::string("config = \"") + name + ".toml\"");
        json file = wm::read_toml(table.config);
        file.merge_patch(table.set);
        if (last_of_part.contains(part)) take_over(file, last_of_part[part]);
        last_of_part[part] = file;
        stages.push_back({name, part, table.minutes, table.config, file});
    }
    for (const char* needed : {"tokenizer", "dynamics"})
        if (!last_of_part.contains(needed))
            throw FileError(where, std::string("has no stage that trains a ") + needed,
                            std::string("[stage.") + needed + "]");
    return stages;
}

fs::path recipes_folder() {
    return asset::assets_folder() / "recipes";
}

}  // namespace

const RecipeStage& Recipe::stage(const std::string& name) const {
    const auto found = std::ranges::find(stages, name, &RecipeStage::name);
    if (found == stages.end()) throw UsageError("the recipe has no stage " + name);
    return *found;
}

fs::path find_recipe(const std::string& name_or_path) {
    for (const fs::path& folder : {recipes_folder() / name_or_path, fs::path(name_or_path)})
        if (fs::is_regular_file(folder / kFile)) return fs::canonical(folder);
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(recipes_folder()))
        if (fs::exists(entry.path() / kFile)) names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    std::string there;
    for (const std::string& name : names) there += (there.empty() ? "" : ", ") + name;
    throw UsageError("there is no recipe \"" + name_or_path + "\"",
                     "one of " + there + ", or a folder with a recipe.toml");
}

Recipe read_recipe(const fs::path& folder, const std::vector<std::string>& set) {
    json merged = read_with_bases(folder, kMostBases);
    for (const std::string& change : set) merged.merge_patch(wm::parse_toml(change, "--set " + change));
    const std::string where = (folder / kFile).string();
    const auto file = wm::config_from<RecipeFile>(merged, where);
    return {.folder = folder,
            .title = file.title,
            .description = file.description,
            .device = file.device,
            .threads = file.threads,
            .data = wm::config_from<RecipeData>(file.data, where + ", [data]"),
            .stages = read_stages(file.stage, where),
            .bundle = wm::config_from<RecipeBundle>(file.bundle, where + ", [bundle]"),
            .eval = wm::config_from<RecipeEval>(file.eval, where + ", [eval]")};
}

}  // namespace rv::tools
