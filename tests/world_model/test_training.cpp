#include <doctest/doctest.h>
#include <torch/torch.h>

#include <csignal>
#include <fstream>

#include "engine/core/error.h"
#include "tests/support/temporary_folder.h"
#include "tests/world_model/batch_parts.h"
#include "tests/world_model/wall_corpus.h"
#include "world_model/numerics.h"
#include "world_model/parts.h"
#include "world_model/training/tasks.h"

using namespace rv;
using namespace rv::world_model;
using rv::tests::TemporaryFolder;

namespace {

TrainerConfig short_training(int64_t steps) {
    TrainerConfig config;
    config.steps = steps;
    config.batch = 4;
    config.precision = "fp32";
    config.threads = 1;
    config.log_steps = 2;
    config.optimizer.warmup_steps = 2;
    config.optimizer.learning_rate = 3e-3;
    config.optimizer.ema_decay = 0.5;
    return config;
}

const ConvolutionalTokenizerConfig kTokenizer{4, 32, 32, 1, 1};

// For its latents.
ConvolutionalDynamicsConfig small_dynamics() {
    ConvolutionalDynamicsConfig config;
    config.latent_channels = 4;
    config.context_frames = 2;
    config.cond = 32;
    config.unet = {{32}, 1, false};
    config.text = {"hashed", 64, 8, 16};
    return config;
}

// Stops after some steps, as an interrupt does.
class Interrupted : public TokenizerTask {
  public:
    Interrupted(const FrameCorpus& corpus, int64_t after)
        : TokenizerTask(corpus, kTokenizer, {}), after_(after) {}
    torch::Tensor loss(int64_t batch, const Draws& draws) override {
        if (--after_ == 0) std::raise(SIGINT);
        return TokenizerTask::loss(batch, draws);
    }

  private:
    int64_t after_;
};

}  // namespace

TEST_CASE("[train] an interrupted run continues to the same weights, bit for bit") {
    const FrameCorpus corpus = tests::wall_corpus();
    const TemporaryFolder folder;
    const TrainerConfig config = short_training(8);
    torch::manual_seed(1);
    TokenizerTask whole(corpus, kTokenizer, {});
    CHECK(train(whole, config, folder / "whole").finished);

    torch::manual_seed(1);
    Interrupted first(corpus, 3);
    const TrainingResult stopped = train(first, config, folder / "halves");
    CHECK_FALSE(stopped.finished);
    CHECK(stopped.steps == 3);
    torch::manual_seed(2);  // the weights come from the saved state, not from here
    TokenizerTask second(corpus, kTokenizer, {});
    CHECK(train(second, config, folder / "halves").finished);

    const auto a = read_checkpoint(folder / "whole/tokenizer.safetensors").tensors;
    const auto b = read_checkpoint(folder / "halves/tokenizer.safetensors").tensors;
    REQUIRE(a.size() == b.size());
    for (const auto& [name, tensor] : a) {
        INFO(name);
        CHECK(torch::equal(tensor, b.at(name)));
    }
}

TEST_CASE("[train] learns, writes its curve, and refuses a folder of another run") {
    const FrameCorpus corpus = tests::wall_corpus();
    const TemporaryFolder folder;
    torch::manual_seed(1);
    TokenizerTask task(corpus, kTokenizer, {});
    const double before = task.loss(8, generator_for(1, 99)).item<double>();
    const TrainingResult result = train(task, short_training(60), folder / "run");
    CHECK(result.last_loss < 0.8 * before);
    CHECK(std::filesystem::file_size(folder / "run/loss.png") > 1000);
    std::ifstream csv(folder / "run/loss.csv");
    std::string header, row;
    std::getline(csv, header);
    CHECK(header == "step,loss,gradient_norm,learning_rate,seconds");
    int64_t rows = 0;
    while (std::getline(csv, row)) ++rows;
    CHECK(rows == 30);
    CHECK(read_checkpoint(folder / "run/tokenizer.safetensors").metadata.at("kind") == "convolutional");

    TokenizerTask other(corpus, {4, 32, 64, 1, 1}, {});
    CHECK_THROWS_AS(train(other, short_training(60), folder / "run"), FileError);
}

TEST_CASE(
    "[encode_corpus] reprojections belong to the frame behind, and first frames of episodes have none") {
    const FrameCorpus frames = tests::wall_corpus();
    const TemporaryFolder folder;
    torch::manual_seed(3);
    ConvolutionalTokenizer tokenizer(kTokenizer);
    const LatentCorpus corpus =
        encode_corpus(frames, *tokenizer, torch::kCPU, torch::kFloat32, folder / "l.safetensors", "a");
    CHECK(corpus.latents.sizes() == torch::IntArrayRef({12, 4, 3, 5}));
    for (const int64_t t : {0, 6}) {
        CHECK(corpus.validity[t].abs().max().item<double>() == 0);
        CHECK(corpus.motions[t].abs().max().item<double>() == 0);
    }
    for (const int64_t t : {1, 5, 7, 11}) {
        CHECK(corpus.validity[t].to(torch::kFloat32).mean().item<double>() > 0.5);
        CHECK(corpus.motions[t][0].item<double>() == doctest::Approx(0.1 / kMotionScaleM).epsilon(1e-4));
        CHECK(corpus.ups[t][1].item<double>() == doctest::Approx(1));
    }
    // The cache is used for the same tokenizer and made anew for another.
    const LatentCorpus again =
        encode_corpus(frames, *tokenizer, torch::kCPU, torch::kFloat32, folder / "l.safetensors", "a");
    CHECK(torch::equal(again.warped, corpus.warped));
}

TEST_CASE("[DynamicsTask] training lowers the loss and its checkpoint opens") {
    const FrameCorpus frames = tests::wall_corpus();
    const TemporaryFolder folder;
    torch::manual_seed(4);
    ConvolutionalTokenizer tokenizer(kTokenizer);
    const LatentCorpus corpus =
        encode_corpus(frames, *tokenizer, torch::kCPU, torch::kFloat32, folder / "l.safetensors", "a");
    DynamicsLossConfig loss;
    SUBCASE("on true contexts") {}
    SUBCASE("on contexts that it generated itself") {
        loss.rollout_frames = 2;
    }
    DynamicsTask task(corpus, *tokenizer, small_dynamics(), loss, "a");
    const TrainingResult result = train(task, short_training(240), folder / "run");
    CHECK(result.last_loss < 0.9);  // one is what predicting nothing costs
    const Checkpoint saved = read_checkpoint(folder / "run/dynamics.safetensors");
    CHECK(saved.metadata.at("tokenizer") == "a");
}

TEST_CASE("[DecoderTask] training lowers the loss, and memory lowers it further") {
    const FrameCorpus frames = tests::wall_corpus();
    const TemporaryFolder folder;
    torch::manual_seed(5);
    ConvolutionalTokenizer tokenizer(kTokenizer);  // untrained: its draft shows next to nothing
    DiffusionDecoderConfig config;
    config.latent_channels = 4;
    config.cond = 32;
    config.unet = {{32}, 1, false};
    const auto trained = [&](bool remembers) {
        config.remembers = remembers;
        const DecoderLossConfig loss{.forgotten_share = 0, .recoloured_share = 0, .softened_share = 0};
        DecoderTask task(frames, *tokenizer, torch::kCPU, torch::kFloat32, config, loss, "a");
        return train(task, short_training(150), folder / (remembers ? "memory" : "none")).last_loss;
    };
    const double alone = trained(false), with_memory = trained(true);
    CHECK(alone < 0.98);  // one is what predicting nothing costs
    CHECK(with_memory < alone);
    CHECK(load_decoder(folder / "memory/decoder.safetensors", torch::kCPU, torch::kFloat32)->remembers());
}

TEST_CASE("[TrainingTask] the parts of a batch that processes compute add up to the whole") {
    FrameCorpus frames = tests::wall_corpus();
    // Rows that stay rows are reprojected onto the very border between two, where rounding decides on which
    // side.
    for (size_t t = 0; t < frames.poses.size(); ++t)
        frames.poses[t].position.y = 0.013f * static_cast<float>(t);
    const TemporaryFolder folder;
    torch::manual_seed(6);
    TokenizerTask first(frames, kTokenizer, {});
    tests::check_parts_add_up(first, 7, 3, 1e-4);

    ConvolutionalTokenizer tokenizer(kTokenizer);
    const LatentCorpus corpus =
        encode_corpus(frames, *tokenizer, torch::kCPU, torch::kFloat32, folder / "l.safetensors", "a");
    DynamicsLossConfig rollout;
    rollout.rollout_frames = 2;
    rollout.rollout_soft_share = 0.5;
    DynamicsTask dynamics(corpus, *tokenizer, small_dynamics(), rollout, "a");
    tests::check_parts_add_up(dynamics, 14, 3, 1e-4);

    DiffusionDecoderConfig config;
    config.latent_channels = 4;
    config.cond = 32;
    config.unet = {{32}, 1, false};
    config.remembers = true;
    DecoderLossConfig worn;
    worn.rollout_frames = 2;
    worn.lag = 0.5;
    DecoderTask decoder(frames, *tokenizer, torch::kCPU, torch::kFloat32, config, worn, "a");
    tests::check_parts_add_up(decoder, 14, 3, 1e-4);
}

TEST_CASE("[train] by the clock ends when the time is spent, over all runs") {
    const FrameCorpus corpus = tests::wall_corpus();
    const TemporaryFolder folder;
    TrainerConfig config = short_training(1);
    config.minutes = 60;
    torch::manual_seed(1);
    Interrupted first(corpus, 3);
    const TrainingResult stopped = train(first, config, folder / "run");
    CHECK_FALSE(stopped.finished);
    CHECK(stopped.steps == 3);  // `steps` says nothing now
    config.minutes = (stopped.seconds + 0.4) / 60;
    TokenizerTask second(corpus, kTokenizer, {});
    const TrainingResult done = train(second, config, folder / "run");
    CHECK(done.finished);
    CHECK(done.steps > 3);
    CHECK(done.seconds >= stopped.seconds + 0.4);
    CHECK(done.last_loss > 0);
    CHECK(std::filesystem::exists(folder / "run/tokenizer.safetensors"));
    // Nothing is left of the time, but more may be given; a run by steps is another run.
    CHECK(train(second, config, folder / "run").steps == done.steps);
    config.minutes = (done.seconds + 0.3) / 60;
    CHECK(train(second, config, folder / "run").steps > done.steps);
    CHECK_THROWS_AS(train(second, short_training(1000), folder / "run"), FileError);
}

TEST_CASE("[train] recordings without depth and poses are learned from pictures and actions alone") {
    FrameCorpus frames = tests::wall_corpus();
    frames.inverse_depth = torch::Tensor();
    frames.has_poses = false;
    frames.poses.assign(frames.poses.size(), CameraPose{});
    const TemporaryFolder folder;
    torch::manual_seed(4);
    TokenizerTask first(frames, kTokenizer, {});
    CHECK(train(first, short_training(4), folder / "tokenizer").finished);
    const LatentCorpus corpus = encode_corpus(frames, *first.tokenizer(), torch::kCPU, torch::kFloat32,
                                              folder / "l.safetensors", "a");
    CHECK_FALSE(corpus.has_warp);
    CHECK(corpus.latents.abs().max().item<double>() > 0);
    for (const auto& empty : {corpus.warped, corpus.validity, corpus.rays, corpus.motions})
        CHECK(empty.abs().max().item<double>() == 0);
    DynamicsLossConfig loss;
    SUBCASE("on true contexts") {}
    SUBCASE("on contexts that it generated itself") {
        loss.rollout_frames = 2;
    }
    DynamicsTask task(corpus, *first.tokenizer(), small_dynamics(), loss, "a");
    CHECK(train(task, short_training(60), folder / "run").last_loss < 1.5);
}

TEST_CASE("[learning_rate_after] warms up by steps and follows the clock") {
    OptimizerConfig config;
    config.learning_rate = 1;
    config.warmup_steps = 10;
    config.final_rate = 0.1;
    CHECK(learning_rate_after(config, 4, 0) == doctest::Approx(0.5));
    CHECK(learning_rate_after(config, 9, 0) == doctest::Approx(1));
    CHECK(learning_rate_after(config, 500, 0.5) == doctest::Approx(0.55));
    CHECK(learning_rate_after(config, 500, 1) == doctest::Approx(0.1));
    CHECK(learning_rate_after(config, 500, 1.5) == doctest::Approx(0.1));
}

TEST_CASE("[learning_rate_at] warms up linearly and ends at the final rate") {
    OptimizerConfig config;
    config.learning_rate = 1;
    config.warmup_steps = 10;
    config.final_rate = 0.1;
    CHECK(learning_rate_at(config, 0, 100) == doctest::Approx(0.1));
    CHECK(learning_rate_at(config, 9, 100) == doctest::Approx(1));
    CHECK(learning_rate_at(config, 55, 100) == doctest::Approx(0.55));
    CHECK(learning_rate_at(config, 100, 100) == doctest::Approx(0.1));
}
