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
    int episodes = 320, frames = 240;
    double minutes = 0;  ///< after this time no further episode begins; 0: all are made
    int processes = 0;   ///< 0: one a core
    uint64_t seed_start = 0;
    bool prompt_switches = true;
    double drive_fraction = 0.15;
    // Recordings'.
    double frame_rate = 15;
    int tolerance_frames = 3;
    double held_out_share = 0.1;  ///< of the recordings, to evaluate on
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(RecipeData, recordings, width, height, environment, episodes,
                                                frames, minutes, processes, seed_start, prompt_switches,
                                                drive_fraction, frame_rate, tolerance_frames, held_out_share)

/// One training.
struct RecipeStage {
    std::string name;    ///< "rollout"
    std::string part;    ///< what it trains: "dynamics". Goes on from the last stage that trained the same
    double minutes = 0;  ///< of training; 0: the file's steps
    std::filesystem::path config;  ///< the training file
    nlohmann::json file;           ///< what it says, with the recipe's changes
};

struct RecipeBundle {
    int starts = 6;
    int walk = 60;  ///< frames walked before each start is taken
    std::vector<std::string> prompts;
    int sampler_steps = 3, decoder_steps = 1;
    double context_noise = 0.05, prompt_guidance = 1, trust = 0;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(RecipeBundle, starts, walk, prompts, sampler_steps,
                                                decoder_steps, context_noise, prompt_guidance, trust)

struct RecipeEval {
    int horizon = 64;
    // Against a simulator.
    int episodes = 8, frames = 120;
    std::vector<std::string> parts = {"tokenizer", "prediction"};  ///< of `reverie eval`
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(RecipeEval, horizon, episodes, frames, parts)

struct Recipe {
    std::filesystem::path folder;
    std::string title, description;
    std::string device = "cpu";
    int threads = 0;
    RecipeData data;
    std::vector<RecipeStage> stages;  ///< those that run, in their order; a tokenizer first
    RecipeBundle bundle;
    RecipeEval eval;

    /// @throws UsageError if the recipe has no such stage.
    [[nodiscard]] const RecipeStage& stage(const std::string& name) const;
};

/// A folder of assets/recipes by its name, or any path to a folder with a recipe.toml.
/// @throws UsageError naming the recipes that are there.
std::filesystem::path find_recipe(const std::string& name_or_path);

/// @param set changes to recipe.toml, each a line of TOML: "data.episodes = 40".
/// @throws FileError, UsageError for keys that are not known.
Recipe read_recipe(const std::filesystem::path& folder, const std::vector<std::string>& set = {});

}  // namespace rv::tools
