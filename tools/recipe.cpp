#include "tools/recipe.h"

#include <algorithm>

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

// recipe.toml's tables before each is read on its own.
struct RecipeFile {
    std::string title, description, device = "cpu";
    int threads = 0;
    json data = json::object(), stage = json::object(), bundle = json::object(), eval = json::object();
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(RecipeFile, title, description, device, threads, data, stage,
                                                bundle, eval)

struct Stages {
    json tokenizer = json::object(), dynamics = json::object(), rollout = json::object(),
         decoder = json::object();
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Stages, tokenizer, dynamics, rollout, decoder)

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

fs::path recipes_folder() {
    return asset::assets_folder() / "recipes";
}

}  // namespace

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
    const auto stages = wm::config_from<Stages>(file.stage, where + ", [stage]");
    const auto stage = [&](const json& given, const std::string& name) {
        auto read = wm::config_from<RecipeStage>(given, where + ", [stage." + name + "]");
        if (read.run && read.config.empty())
            throw FileError(where, "names no training file for the stage " + name,
                            "config = \"" + name + ".toml\"");
        return read;
    };
    return {.folder = folder,
            .title = file.title,
            .description = file.description,
            .device = file.device,
            .threads = file.threads,
            .data = wm::config_from<RecipeData>(file.data, where + ", [data]"),
            .tokenizer = stage(stages.tokenizer, "tokenizer"),
            .dynamics = stage(stages.dynamics, "dynamics"),
            .rollout = stage(stages.rollout, "rollout"),
            .decoder = stage(stages.decoder, "decoder"),
            .bundle = wm::config_from<RecipeBundle>(file.bundle, where + ", [bundle]"),
            .eval = wm::config_from<RecipeEval>(file.eval, where + ", [eval]")};
}

json training_file(const RecipeStage& stage) {
    json file = wm::read_toml(stage.config);
    file.merge_patch(stage.set);
    return file;
}

}  // namespace rv::tools
