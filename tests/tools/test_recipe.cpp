// clang-format off
#include <torch/torch.h>  // first: it has a CHECK of its own
#include <doctest/doctest.h>
// clang-format on

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
    "[stage.rollout]\nconfig = \"rollout.toml\"\n[stage.decoder]\nconfig = \"part.toml\"\n";

template <class Network, class Config>
double mebibytes(const RecipeStage& stage) {
    const Network network(world_model::config_from<Config>(stage.file["model"], stage.config.string()));
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
    write(folder / "base/rollout.toml", "corpus.stride = 2\n[model]\na = 5\n[trainer]\nsteps = 3\n");
    write(folder / "mine/recipe.toml",
          "base = \"../base\"\ndevice = \"cuda\"\n[data]\nframes = 12\n[stage.tokenizer]\nminutes = 2\n"
          "[stage.tokenizer.set.model]\nb = 3\n[stage.dynamics.set.corpus]\nreduce = 2\n"
          "[stage.decoder]\nrun = false\n");
    const Recipe recipe = read_recipe(folder / "mine", {"data.width = 64", "bundle = { starts = 2 }"});
    CHECK(recipe.title == "Base");
    CHECK(recipe.device == "cuda");
    CHECK(recipe.data.episodes == 7);
    CHECK(recipe.data.frames == 12);
    CHECK(recipe.data.width == 64);
    CHECK(recipe.bundle.starts == 2);
    REQUIRE(recipe.stages.size() == 3);
    const RecipeStage &tokenizer = recipe.stages[0], &dynamics = recipe.stages[1],
                      &rollout = recipe.stages[2];
    CHECK(tokenizer.name == "tokenizer");
    CHECK(tokenizer.minutes == 2);
    CHECK(std::filesystem::equivalent(tokenizer.config, folder / "base/part.toml"));
    CHECK(tokenizer.file["model"] == nlohmann::json{{"a", 1}, {"b", 3}});
    CHECK(dynamics.name == "dynamics");
    CHECK(dynamics.file["trainer"]["steps"] == 9);
    // Goes on from the dynamics, so it is the same network on the same pictures.
    CHECK(rollout.name == "rollout");
    CHECK(rollout.part == "dynamics");
    CHECK(rollout.file["trainer"]["steps"] == 3);
    for (const char* key : {"model", "corpus"}) CHECK(rollout.file[key] == dynamics.file[key]);
}

TEST_CASE("[recipe] what is not known is refused with what is") {
    const TemporaryFolder folder;
    const auto refusal = [&](const std::string& text, const std::vector<std::string>& set = {}) {
        write(folder / "r/recipe.toml", text);
        write(folder / "r/part.toml", "");
        write(folder / "r/rollout.toml", "");
        return message_of([&] { read_recipe(folder / "r", set); });
    };
    CHECK(refusal(kStages).empty());
    CHECK(contains(refusal("colour = 1\n"), "unknown keys: colour"));
    CHECK(contains(refusal("[data]\nepisods = 1\n"), "[data] has unknown keys: episods"));
    CHECK(contains(refusal("[stage.painter]\nminutes = 1\n"), "[stage] has unknown keys: painter"));
    CHECK(contains(refusal("[stage.tokenizer]\nminuts = 1\n"), "[stage.tokenizer] has unknown keys: minuts"));
    CHECK(contains(refusal(""), "has no stage that trains a tokenizer"));
    CHECK(
        contains(refusal("stage.tokenizer.minutes = 1\n"), "names no training file for the stage tokenizer"));
    CHECK(contains(refusal("base = \"../r\"\n"), "is its own base"));
    CHECK(contains(refusal(kStages, {"data.episodes"}), "--set data.episodes is not valid TOML"));
    CHECK(contains(message_of([] { find_recipe("no such recipe"); }), "cpu, gpu, own, smoke, village"));
}

TEST_CASE("[recipe] every recipe reads, and its networks fit into files of 16 MiB") {
    for (const char* name : {"village", "cpu", "gpu", "smoke", "own"}) {
        CAPTURE(name);
        const Recipe recipe = read_recipe(find_recipe(name));
        CHECK(recipe.data.width % 8 == 0);
        CHECK(recipe.bundle.decoder_steps == 2);
        using namespace world_model;
        for (const RecipeStage& stage : recipe.stages) {
            CAPTURE(stage.name);
            CHECK(stage.minutes > 0);
            CHECK(stage.file["model"] ==
                  recipe.stage(stage.part).file["model"]);  // the first stage has the part's name
        }
        CHECK(mebibytes<ConvolutionalTokenizer, ConvolutionalTokenizerConfig>(recipe.stage("tokenizer")) <
              15.9);
        CHECK(mebibytes<ConvolutionalDynamics, ConvolutionalDynamicsConfig>(recipe.stage("dynamics")) < 15.9);
        CHECK(mebibytes<DiffusionDecoder, DiffusionDecoderConfig>(recipe.stage("decoder")) < 15.9);
    }
}

TEST_CASE("[recipe] the village is recorded at 256 x 144 and learned at half of it, on CPUs and on GPUs") {
    for (const char* name : {"village", "cpu", "gpu"}) {
        CAPTURE(name);
        const Recipe recipe = read_recipe(find_recipe(name));
        CHECK(recipe.data.width == 256);
        CHECK(recipe.data.height == 144);
        std::string stages;
        for (const RecipeStage& stage : recipe.stages) stages += stage.name + " ";
        CHECK(stages == "tokenizer dynamics rollout long prompt decoder ");
        for (const char* stage : {"tokenizer", "dynamics", "prompt"})
            CHECK(recipe.stage(stage).file["corpus"]["reduce"] == 2);
        CHECK(recipe.stage("decoder").file["model"]["enlarge"] == 2);
    }
    const Recipe own = read_recipe(find_recipe("own"));
    CHECK(own.data.recordings);
    CHECK(own.stage("long").file["corpus"]["reduce"] == 1);
    CHECK(own.stage("decoder").file["model"]["enlarge"] == 1);
    CHECK_THROWS_AS(static_cast<void>(own.stage("prompt")), UsageError);
    CHECK(read_recipe(find_recipe("gpu")).device == "cuda");
}

TEST_CASE("[recipe] the budget of the GPU recipe leaves time for what is not counted in 25 minutes") {
    const Recipe recipe = read_recipe(find_recipe("gpu"));
    double minutes = recipe.data.minutes;
    for (const RecipeStage& stage : recipe.stages) minutes += stage.minutes;
    CHECK(recipe.data.minutes > 0);
    CHECK(minutes <= 20);
}
