/// reverie train tokenizer|dynamics|decoder|probes --config FILE; reverie train --recipe (train_recipe.cpp)

#include "tools/train.h"

#include <torch/torch.h>

#include <map>

#include "engine/core/error.h"
#include "engine/core/log.h"
#include "engine/core/progress.h"
#include "tools/command.h"
#include "tools/train_recipe.h"
#include "world_model/checkpoint.h"
#include "world_model/config.h"
#include "world_model/numerics.h"
#include "world_model/parts.h"
#include "world_model/training/cosmos_task.h"
#include "world_model/training/probe_task.h"
#include "world_model/training/tasks.h"
#include "world_model/training/transformer_task.h"

namespace rv::tools {
namespace {

namespace wm = world_model;

/// A training configuration: which data, which network, how long.
struct TrainFile {
    std::vector<std::string> data;  ///< folders of `reverie collect`
    std::string out;                ///< folder of the run
    std::string tokenizer;          ///< checkpoint; for dynamics and decoder
    std::string initial;  ///< checkpoint of the same network to start from; what it lacks, or has in another
                          ///< shape, starts from random weights
    wm::CorpusSelection corpus;
    int64_t episodes = 60;  ///< probes: how many of each data folder
    nlohmann::json model = nlohmann::json::object(), loss = nlohmann::json::object(),
                   trainer = nlohmann::json::object();
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(TrainFile, data, out, tokenizer, initial, corpus, episodes,
                                                model, loss, trainer)

struct Options {
    std::string config, out, device;
    int threads = -1;
    int64_t steps = 0;
};

struct Job {
    TrainFile file;
    wm::TrainerConfig trainer;
    std::string where;
};

Job read_job(const nlohmann::json& file, const std::string& where, const Options& options = {}) {
    Job job;
    job.where = where;
    job.file = wm::config_from<TrainFile>(file, where);
    job.trainer = wm::config_from<wm::TrainerConfig>(job.file.trainer, where + ", [trainer]");
    if (!options.out.empty()) job.file.out = options.out;
    if (!options.device.empty()) job.trainer.device = options.device;
    if (options.threads >= 0) job.trainer.threads = options.threads;
    if (options.steps > 0) {
        job.trainer.steps = options.steps;
        job.trainer.minutes = 0;
    }
    if (job.file.data.empty()) throw UsageError(where + " names no data", "data = [\"data/village\"]");
    if (job.file.out.empty())
        throw UsageError(where + " names no folder to train into", "out = \"runs/...\" or --out");
    wm::use_threads(job.trainer.threads);
    return job;
}

wm::FrameCorpus load_data(const Job& job) {
    return wm::load_frames({job.file.data.begin(), job.file.data.end()}, job.file.corpus);
}

wm::TrainingResult run(wm::TrainingTask& task, const Job& job, wm::ProcessGroup& group) {
    if (!job.file.initial.empty()) {
        const auto fresh = wm::load_matching(task.module(), wm::read_checkpoint(job.file.initial).tensors);
        for (const auto& name : fresh) log::info("{} is not in {}: starts fresh", name, job.file.initial);
    }
    return wm::train(task, job.trainer, job.file.out, group);
}

// Takes the kind out of the [model] table, whose other keys depend on it; `kinds` has the usual one first.
std::string take_kind(Job& job, const std::string& part, const std::vector<std::string>& kinds) {
    const nlohmann::json kind = job.file.model.value("kind", nlohmann::json(kinds.front()));
    job.file.model.erase("kind");
    std::string known;
    for (const std::string& one : kinds) {
        if (kind == one) return one;
        known += (known.empty() ? "\"" : " or \"") + one + "\"";
    }
    throw UsageError(job.where + ", [model]: there is no kind " + kind.dump() + " of " + part, known);
}

wm::TrainingResult train_cosmos(const Job& job, wm::ProcessGroup& group) {
    const auto model = wm::config_from<wm::CosmosTokenizerConfig>(job.file.model, job.where + ", [model]");
    const auto loss = wm::config_from<wm::CosmosLossConfig>(job.file.loss, job.where + ", [loss]");
    if (job.file.corpus.stride != 1)
        throw UsageError(job.where + ": films need every frame", "corpus.stride = 1");
    const wm::FrameCorpus corpus = load_data(job);
    torch::manual_seed(job.trainer.seed);
    wm::CosmosTask task(corpus, model, loss);
    return run(task, job, group);
}

wm::TrainingResult train_tokenizer(Job job, wm::ProcessGroup& group) {
    if (take_kind(job, "tokenizer", {"convolutional", "cosmos"}) == "cosmos") return train_cosmos(job, group);
    const auto model =
        wm::config_from<wm::ConvolutionalTokenizerConfig>(job.file.model, job.where + ", [model]");
    const auto loss = wm::config_from<wm::TokenizerLossConfig>(job.file.loss, job.where + ", [loss]");
    const wm::FrameCorpus corpus = load_data(job);
    torch::manual_seed(job.trainer.seed);
    wm::TokenizerTask task(corpus, model, loss);
    return run(task, job, group);
}

wm::TrainingResult train_dynamics(Job job, wm::ProcessGroup& group) {
    const std::string kind = take_kind(job, "dynamics", {"convolutional", "transformer"}),
                      model = job.where + ", [model]", loss = job.where + ", [loss]";
    const torch::Device device = group.device(job.trainer.device);
    const auto dtype = wm::dtype_named(job.trainer.precision, device);
    const std::string digest = wm::file_digest(job.file.tokenizer);
    const auto tokenizer = wm::load_tokenizer(job.file.tokenizer, device, dtype);
    std::filesystem::create_directories(job.file.out);
    const auto encode = [&] {
        const wm::FrameCorpus frames = load_data(job);
        wm::LatentCorpus corpus;
        group.first_before_others([&] {
            corpus = wm::encode_corpus(frames, *tokenizer, device, dtype,
                                       std::filesystem::path(job.file.out) / "latents.safetensors", digest);
        });
        return corpus;
    };
    if (kind == "transformer") {
        const auto config = wm::config_from<wm::TransformerDynamicsConfig>(job.file.model, model);
        const auto losses = wm::config_from<wm::TransformerLossConfig>(job.file.loss, loss);
        const wm::LatentCorpus corpus = encode();
        torch::manual_seed(job.trainer.seed);
        wm::TransformerDynamicsTask task(corpus, config, losses, digest);
        return run(task, job, group);
    }
    const auto config = wm::config_from<wm::ConvolutionalDynamicsConfig>(job.file.model, model);
    const auto losses = wm::config_from<wm::DynamicsLossConfig>(job.file.loss, loss);
    const wm::LatentCorpus corpus = encode();
    torch::manual_seed(job.trainer.seed);
    wm::DynamicsTask task(corpus, *tokenizer, config, losses, digest);
    return run(task, job, group);
}

wm::TrainingResult train_decoder(Job job, wm::ProcessGroup& group) {
    const auto model = wm::config_from<wm::DiffusionDecoderConfig>(job.file.model, job.where + ", [model]");
    const auto loss = wm::config_from<wm::DecoderLossConfig>(job.file.loss, job.where + ", [loss]");
    const torch::Device device = group.device(job.trainer.device);
    const auto dtype = wm::dtype_named(job.trainer.precision, device);
    const auto tokenizer = wm::load_tokenizer(job.file.tokenizer, device, dtype);
    const wm::FrameCorpus corpus = load_data(job);
    torch::manual_seed(job.trainer.seed);
    wm::DecoderTask task(corpus, *tokenizer, device, dtype, model, loss, wm::file_digest(job.file.tokenizer));
    return run(task, job, group);
}

wm::TrainingResult train_probes(Job job, wm::ProcessGroup& group) {
    const auto loss = wm::config_from<wm::ProbeLossConfig>(job.file.loss, job.where + ", [loss]");
    const wm::ProbeCorpus corpus =
        wm::load_probe_corpus({job.file.data.begin(), job.file.data.end()}, job.file.episodes);
    torch::manual_seed(job.trainer.seed);
    wm::ProbeTask task(corpus, loss);
    return run(task, job, group);
}

using Train = wm::TrainingResult (*)(Job, wm::ProcessGroup&);

const std::map<std::string, Train> kParts = {{"tokenizer", train_tokenizer},
                                             {"dynamics", train_dynamics},
                                             {"decoder", train_decoder},
                                             {"probes", train_probes}};

void add_part(CLI::App& app, const std::string& name, const std::string& help) {
    CLI::App* part = app.add_subcommand(name, help);
    auto options = std::make_shared<Options>();
    part->add_option("--config", options->config, "TOML file, see assets/recipes/ and docs/training.md")
        ->required();
    part->add_option("--out", options->out, "Folder of the run, instead of the file's");
    part->add_option("--device", options->device, "cpu or cuda, instead of the file's");
    part->add_option("--threads", options->threads, "CPU threads, 0: one a core");
    part->add_option("--steps", options->steps, "Steps, instead of the file's");
    part->callback([options, train = kParts.at(name)] {
        const Job job = read_job(wm::read_toml(options->config), options->config, *options);
        wm::ProcessGroup group(wm::launch_from_environment(), job.trainer.timeout_seconds);
        if (!group.first()) {  // process 0 speaks for all
            log::set_level(log::level::warn);
            ProgressBar::hide_all();
        }
        const auto result = train(job, group);
        throw CLI::RuntimeError(result.finished ? 0 : 130);
    });
}

const Command kTrain("train", "Train a world by a recipe, or one part of it", [](CLI::App& app) -> Run {
    app.require_subcommand(0, 1);
    add_part(app, "tokenizer", "Between frames and latents; first");
    add_part(app, "dynamics", "The next latent from past ones, action, camera and prompt; needs a tokenizer");
    add_part(app, "decoder", "Sharp frames from latents by diffusion; needs a tokenizer");
    add_part(app, "probes", "Reads actions, motion and looks from pictures, for reverie eval");
    app.footer(
        "A run that was interrupted continues when the same command is given again. Several processes, "
        "started by torchrun, MPI or Slurm, train a part together (docs/training.md).");
    return declare_recipe(app);
});

}  // namespace

wm::TrainingResult train_part(const std::string& part, const nlohmann::json& file, const std::string& where) {
    wm::ProcessGroup alone;
    return kParts.at(part)(read_job(file, where), alone);
}

}  // namespace rv::tools
