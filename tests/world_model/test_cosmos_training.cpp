#include <doctest/doctest.h>
#include <torch/torch.h>

#include "engine/core/error.h"
#include "tests/support/messages.h"
#include "tests/support/temporary_folder.h"
#include "tests/world_model/batch_parts.h"
#include "world_model/checkpoint.h"
#include "world_model/numerics.h"
#include "world_model/parts.h"
#include "world_model/training/cosmos_task.h"

using namespace rv;
using namespace rv::world_model;
using rv::tests::contains;
using rv::tests::message_of;
using rv::tests::TemporaryFolder;

namespace {

// Two episodes of soft stripes that wander.
FrameCorpus wandering_stripes() {
    constexpr int64_t kFrames = 24, H = 16, W = 32;
    FrameCorpus corpus;
    corpus.frames = torch::empty({kFrames, H, W, 3}, torch::kUInt8);
    for (int64_t t = 0; t < kFrames; ++t) {
        const auto x = torch::arange(W).to(torch::kFloat32).unsqueeze(1) + static_cast<double>(t);
        const auto wave = 127 + 100 * torch::sin(x * torch::tensor({0.2, 0.3, 0.4}));  // (W, 3)
        corpus.frames[t].copy_(wave.expand({H, W, 3}));
        corpus.episode_begin.push_back(t < 12 ? 0 : 12);
    }
    return corpus;
}

CosmosTokenizerConfig small(const std::string& bottleneck) {
    CosmosTokenizerConfig config;
    config.time = 4;
    config.bottleneck = bottleneck;
    config.latent_channels = 8;
    config.channels = 16;
    config.multipliers = {1, 2};
    config.blocks = 1;
    return config;
}

TrainerConfig short_training() {
    TrainerConfig config;
    config.steps = 150;
    config.batch = 10;
    config.precision = "fp32";
    config.threads = 1;
    config.log_steps = 15;
    config.optimizer.warmup_steps = 5;
    config.optimizer.learning_rate = 3e-3;
    config.optimizer.ema_decay = 0.9;
    return config;
}

}  // namespace

TEST_CASE("[CosmosTask] training on short films lowers the loss, and its checkpoint opens") {
    const FrameCorpus corpus = wandering_stripes();
    for (const char* bottleneck : {"continuous", "discrete"}) {
        CAPTURE(bottleneck);
        const TemporaryFolder folder;
        torch::manual_seed(1);
        CosmosTask task(corpus, small(bottleneck), {});
        CHECK(task.film_frames() == 5);
        double before = 0;
        for (uint64_t i = 0; i < 8; ++i) before += task.loss(10, generator_for(9, i)).item<double>() / 8;
        const auto result = train(task, short_training(), folder / "run");
        CHECK(result.finished);
        MESSAGE(std::string(bottleneck) << ": loss " << before << " to " << result.last_loss);
        CHECK(result.last_loss < 0.6 * before);
        const auto file = folder / "run/tokenizer.safetensors";
        CHECK(read_checkpoint(file).metadata.at("kind") == "cosmos");
        torch::NoGradGuard no_grad;
        const auto tokenizer =
            std::dynamic_pointer_cast<VideoTokenizer>(load_tokenizer(file, torch::kCPU, torch::kFloat32));
        REQUIRE(tokenizer);
        const auto video =
            corpus.frames.slice(0, 0, 5).to(torch::kFloat32).div(127.5).sub(1);  // (T, H, W, 3)
        const auto latents = tokenizer->encode_video(video.permute({3, 0, 1, 2}).unsqueeze(0));
        CHECK(latents.sizes() == torch::IntArrayRef({1, tokenizer->latent_channels(), 2, 2, 4}));
        CHECK(latents.std().item<double>() < 3);  // near 1 over the whole data
    }
}

TEST_CASE("[CosmosTask] no film reaches into another episode, and data that cannot do is refused") {
    FrameCorpus corpus = wandering_stripes();
    CosmosLossConfig loss;
    loss.groups = 3;
    CHECK(
        contains(message_of([&] { CosmosTask(corpus, small("continuous"), loss); }), "13 frames of a film"));
    loss.groups = 0;
    CHECK(contains(message_of([&] { CosmosTask(corpus, small("continuous"), loss); }), "groups is 0"));
    auto wide = small("continuous");
    wide.space = 16;
    wide.multipliers = {1, 1, 1};
    corpus.frames = corpus.frames.slice(2, 0, 24);
    CHECK(contains(message_of([&] { CosmosTask(corpus, wide, {}); }), "16 pixels a side"));
}

TEST_CASE("[CosmosTask] the parts of a batch that processes compute add up to the whole") {
    const FrameCorpus corpus = wandering_stripes();
    torch::manual_seed(1);
    for (const double pictures : {0.0, 1.0}) {
        CosmosLossConfig loss;
        loss.picture_share = pictures;
        CosmosTask task(corpus, small("continuous"), loss);
        tests::check_parts_add_up(task, 20, 3, 1e-4);
    }
}
