#include "world_model/evaluation/training_profile.h"

#include <algorithm>

#include "engine/core/error.h"
#include "world_model/config.h"
#include "world_model/device_timer.h"
#include "world_model/evaluation/device_rates.h"
#include "world_model/evaluation/part_observer.h"
#include "world_model/numerics.h"
#include "world_model/part_scope.h"
#include "world_model/parts.h"
#include "world_model/training/process_group.h"
#include "world_model/training/tasks.h"
#include "world_model/training/transformer_task.h"
#include "world_model/world_file.h"

namespace rv::world_model {
namespace {

constexpr int kUntimedSteps = 3;
constexpr int64_t kEpisodes = 4;

// What a data set would be, had it been drawn at random: of the right shapes, which is all that the time
// depends on.
LatentCorpus random_corpus(int64_t channels, int64_t h, int64_t w, int64_t episode_frames) {
    const int64_t N = kEpisodes * episode_frames;
    uint64_t seed = 0;
    const auto random = [&](torch::IntArrayRef sizes) {
        return torch::randn(sizes, generator_for(3, seed++));
    };
    LatentCorpus corpus;
    corpus.latents = random({N, channels, h, w}).to(torch::kBFloat16);
    corpus.warped = random({N, channels, h, w}).to(torch::kBFloat16);
    corpus.validity = torch::ones({N, 1, h, w}, torch::kBFloat16);
    corpus.rays = random({N, 6, h, w}).to(torch::kBFloat16);
    corpus.actions = random({N, static_cast<int64_t>(kActionSize)});
    corpus.motions = random({N, 6});
    corpus.ups = torch::zeros({N, 3});
    corpus.episode_begin = torch::arange(kEpisodes).repeat_interleave(episode_frames) * episode_frames;
    corpus.text = torch::zeros({N}, torch::kInt64);
    corpus.texts = {"noon"};
    return corpus;
}

struct Trained {
    std::unique_ptr<LatentCorpus> corpus;  // the task keeps a reference to it
    std::shared_ptr<Tokenizer> tokenizer;
    std::unique_ptr<TrainingTask> task;
    std::string kind;
};

Trained open_training(const std::filesystem::path& folder, const torch::Device& device,
                      torch::ScalarType dtype) {
    const WorldFile world = read_world_file(folder);
    if (!world.family.empty())
        throw UsageError(world.title + " has no dynamics that can be trained", "another --world");
    const auto file = folder / world.dynamics;
    const Checkpoint saved = read_checkpoint(file);
    const nlohmann::json config = saved.json("config", file);
    const std::string where = file.string() + ", config";
    Trained trained;
    trained.kind = saved.metadata.contains("kind") ? saved.metadata.at("kind") : "";
    trained.tokenizer = load_tokenizer(folder / world.tokenizer, device, dtype);
    const int64_t scale = trained.tokenizer->downscale(), channels = trained.tokenizer->latent_channels();
    const auto corpus = [&](int64_t frames) {
        trained.corpus = std::make_unique<LatentCorpus>(
            random_corpus(channels, world.height / scale, world.width / scale, frames));
    };
    if (trained.kind == "transformer") {
        const auto model = config_from<TransformerDynamicsConfig>(config, where);
        corpus(2 * model.transformer.window);
        trained.task =
            std::make_unique<TransformerDynamicsTask>(*trained.corpus, model, TransformerLossConfig{}, "");
    } else {
        const auto model = config_from<ConvolutionalDynamicsConfig>(config, where);
        corpus(8 * model.context_frames);
        trained.task = std::make_unique<DynamicsTask>(*trained.corpus, *trained.tokenizer, model,
                                                      DynamicsLossConfig{}, "");
    }
    return trained;
}

}  // namespace

TrainingProfile profile_training(const std::filesystem::path& folder, const TrainingProfileOptions& options) {
    use_threads(options.open.threads);
    const torch::Device device = torch_device(options.open.device);
    const torch::ScalarType dtype = fast_dtype(device);
    torch::manual_seed(1);
    const Trained trained = open_training(folder, device, dtype);
    TrainingTask& task = *trained.task;
    prepare(task.module(), device, dtype);
    task.module().train();
    const OptimizerConfig config;
    Optimizer optimizer(task.module(), config);

    TrainingProfile profile{.kind = trained.kind,
                            .device = describe(device),
                            .precision = dtype == torch::kBFloat16 ? "bf16" : "fp32",
                            .batch = options.batch};
    for (const auto& parameter : task.module().parameters()) profile.parameters += parameter.numel();
    {
        const PartObserver observer(PartObserver::Detail::Operations);
        as_part("loss", [&] { static_cast<void>(task.loss(options.batch, generator_for(0, 0))); });
        profile.model_gflop = 3e-9 * observer.records().at("loss").flops;
    }
    ProcessGroup alone;
    std::vector<double> times;
    DeviceTimer timer(device);
    for (int64_t step = 0; step < kUntimedSteps + options.steps; ++step) {
        timer.start();
        task.loss(options.batch, generator_for(1, static_cast<uint64_t>(step))).backward();
        static_cast<void>(optimizer.step(step, config.learning_rate, alone));
        timer.stop();
        if (step >= kUntimedSteps) times.push_back(timer.ms());
    }
    std::ranges::sort(times);
    profile.step_ms = times[times.size() / 2];
    profile.tflop_per_s = profile.model_gflop / profile.step_ms;
    profile.device_tflop_per_s = measure_rates(device, dtype, 20).tflop_per_s;
    profile.utilisation = profile.tflop_per_s / profile.device_tflop_per_s;
    return profile;
}

}  // namespace rv::world_model
