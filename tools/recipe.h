#pragma once
/// A recipe: how a whole world is made, from data to evaluation. A folder with a recipe.toml, which names the
/// training files of its stages; docs/training.md describes the keys. Free of LibTorch.

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace rv::tools {

/// Where the data comes from: a simulator, or somebody's recordings.
struct RecipeData {
    bool recordings = false;
    int width = 128, height = 72;
    // A simulator's.
    std::string environment = "village";
    int episodes = 270, frames = 240;
    int held_out_episodes = 4;  ///< to evaluate on
    int processes = 0;          ///< 0: one a core
    uint64_t seed_start = 0;
    bool prompt_switches = true;
    double drive_fraction = 0.15;
    // Recordings'.
    double frame_rate = 15;
    int tolerance_frames = 3;
    double held_out_share = 0.1;  ///< of the recordings, to evaluate on
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(RecipeData, recordings, width, height, environment, episodes,
                                                frames, held_out_episodes, processes, seed_start,
                                                prompt_switches, drive_fraction, frame_rate, tolerance_frames,
                                                held_out_share)

/// One training.
struct RecipeStage {
    bool run = true;
    double minutes = 0;  ///< of training; 0: the file's steps
    std::string config;  ///< the training file; relative to the recipe that names it, absolute once read
    nlohmann::json set = nlohmann::json::object();  ///< laid over the file
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(RecipeStage, run, minutes, config, set)

struct RecipeBundle {
    int starts = 6;
    int walk = 60;  ///< frames walked before each start is taken
    std::vector<std::string> prompts;
    int sampler_steps = 3;
    double context_noise = 0.05;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(RecipeBundle, starts, walk, prompts, sampler_steps,
                                                context_noise)

struct RecipeEval {
    int horizon = 16, rollouts = 40;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(RecipeEval, horizon, rollouts)

struct Recipe {
    std::filesystem::path folder;
    std::string title, description;
    std::string device = "cpu";
    int threads = 0;
    RecipeData data;
    RecipeStage tokenizer, dynamics, rollout, decoder;
    RecipeBundle bundle;
    RecipeEval eval;
};

/// A folder of assets/recipes by its name, or any path to a folder with a recipe.toml.
/// @throws UsageError naming the recipes that are there.
std::filesystem::path find_recipe(const std::string& name_or_path);

/// @param set changes to recipe.toml, each a line of TOML: "data.episodes = 40".
/// @throws FileError, UsageError for keys that are not known.
Recipe read_recipe(const std::filesystem::path& folder, const std::vector<std::string>& set = {});

/// The stage's training file with its changes. @throws FileError
nlohmann::json training_file(const RecipeStage& stage);

}  // namespace rv::tools
