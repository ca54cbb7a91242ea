#include <doctest/doctest.h>
#include <torch/torch.h>

#include <fstream>

#include "tests/support/messages.h"
#include "tests/support/temporary_folder.h"
#include "tools/recipe.h"
#include "world_model/config.h"
#include "world_model/decoder/diffusion.h"
#include "world_model/dynamics/convolutional.h"
#include "world_model/tokenizer/convolutional.h"

using namespace rv;
using namespace rv::tools;
using rv::tests::contains;
using rv::tests::message_of;
using rv::tests::TemporaryFolder;

namespace {

void write(const std::filesystem::path& file, const std::string& text) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
}

constexpr const char* kStages =
    "[stage.tokenizer]\nconfig = \"part.toml\"\nminutes = 5\n[stage.dynamics]\nconfig = \"part.toml\"\n"
    "[stage.rollout]\nconfig = \"part.toml\"\n[stage.decoder]\nconfig = \"part.toml\"\n";

template <class Network, class Config>
double mebibytes(const RecipeStage& stage) {
    const Network network(world_model::config_from<Config>(training_file(stage)["model"], stage.config));
    int64_t numbers = 0;
    for (const auto& parameter : network->parameters()) numbers += parameter.numel();
    return static_cast<double>(2 * numbers) / (1 << 20);  // bfloat16
}

}  // namespace

TEST_CASE("[recipe] a recipe says what its base does not, and files belong to the recipe that names them") {
    const TemporaryFolder folder;
    write(folder / "base/recipe.toml",
          std::string("title = \"Base\"\n[data]\nepisodes = 7\nframes = 30\n") + kStages);
    write(folder / "base/part.toml", "[model]\na = 1\nb = 2\n[trainer]\nsteps = 9\n");
    write(folder / "mine/recipe.toml",
          "base = \"../base\"\ndevice = \"cuda\"\n[data]\nframes = 12\n[stage.tokenizer]\nminutes = 2\n"
          "[stage.tokenizer.set.model]\nb = 3\n[stage.decoder]\nrun = false\n");
    const Recipe recipe = read_recipe(folder / "mine", {"data.width = 64", "bundle = { starts = 2 }"});
    CHECK(recipe.title == "Base");
    CHECK(recipe.device == "cuda");
    CHECK(recipe.data.episodes == 7);
    CHECK(recipe.data.frames == 12);
    CHECK(recipe.data.width == 64);
    CHECK(recipe.bundle.starts == 2);
    CHECK(recipe.tokenizer.minutes == 2);
    CHECK_FALSE(recipe.decoder.run);
    CHECK(std::filesystem::equivalent(recipe.tokenizer.config, folder / "base/part.toml"));
    CHECK(training_file(recipe.tokenizer)["model"] == nlohmann::json{{"a", 1}, {"b", 3}});
    CHECK(training_file(recipe.dynamics)["trainer"]["steps"] == 9);
}

TEST_CASE("[recipe] what is not known is refused with what is") {
    const TemporaryFolder folder;
    const auto refusal = [&](const std::string& text, const std::vector<std::string>& set = {}) {
        write(folder / "r/recipe.toml", text);
        return message_of([&] { read_recipe(folder / "r", set); });
    };
    CHECK(refusal(kStages).empty());
    CHECK(contains(refusal("colour = 1\n"), "unknown keys: colour"));
    CHECK(contains(refusal("[data]\nepisods = 1\n"), "[data] has unknown keys: episods"));
    CHECK(contains(refusal("[stage.painter]\nminutes = 1\n"), "[stage] has unknown keys: painter"));
    CHECK(contains(refusal("[stage.tokenizer]\nminuts = 1\n"), "[stage.tokenizer] has unknown keys: minuts"));
    CHECK(contains(refusal(""), "names no training file for the stage tokenizer"));
    CHECK(contains(refusal("base = \"../r\"\n"), "is its own base"));
    CHECK(contains(refusal(kStages, {"data.episodes"}), "--set data.episodes is not valid TOML"));
    CHECK(contains(message_of([] { find_recipe("no such recipe"); }), "own, smoke, village, village-gpu"));
}

TEST_CASE("[recipe] every recipe reads, and its networks fit into files of 16 MiB") {
    for (const char* name : {"village", "village-gpu", "smoke", "own"}) {
        CAPTURE(name);
        const Recipe recipe = read_recipe(find_recipe(name));
        CHECK(recipe.data.width % 8 == 0);
        using namespace world_model;
        CHECK(mebibytes<ConvolutionalTokenizer, ConvolutionalTokenizerConfig>(recipe.tokenizer) < 15.9);
        CHECK(mebibytes<ConvolutionalDynamics, ConvolutionalDynamicsConfig>(recipe.dynamics) < 15.9);
        CHECK(mebibytes<ConvolutionalDynamics, ConvolutionalDynamicsConfig>(recipe.rollout) < 15.9);
        CHECK(mebibytes<DiffusionDecoder, DiffusionDecoderConfig>(recipe.decoder) < 15.9);
        CHECK(training_file(recipe.dynamics)["model"] == training_file(recipe.rollout)["model"]);
    }
    CHECK(read_recipe(find_recipe("own")).data.recordings);
    CHECK(read_recipe(find_recipe("village-gpu")).device == "cuda");
}
