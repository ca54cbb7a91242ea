#include <doctest/doctest.h>
#include <torch/torch.h>

#include "tests/support/temporary_folder.h"
#include "tests/world_model/batch_parts.h"
#include "world_model/checkpoint.h"
#include "world_model/dynamics/ego_head.h"
#include "world_model/evaluation/action_reading.h"
#include "world_model/evaluation/camera_motion.h"
#include "world_model/evaluation/look_reading.h"
#include "world_model/evaluation/probe_quality.h"
#include "world_model/numerics.h"
#include "world_model/training/probe_task.h"

using namespace rv;
using namespace rv::world_model;

namespace {

constexpr int64_t H = 36, W = 64;

// A camera that turns to and fro before a coloured panorama, four pixels a frame; half of it by night.
ProbeCorpus panorama() {
    constexpr int64_t kFrames = 80, kPixels = 4, kHold = 8;
    ProbeCorpus corpus;
    corpus.config.width = W;
    corpus.config.height = H;
    corpus.config.attributes = {"time"};
    corpus.config.values = {{"night", "noon"}};
    const auto noise = torch::rand({1, 3, H / 4, 64}, generator_for(1, 0)) * 255;
    const auto wall = torch::upsample_bilinear2d(noise, {H, 256}, true)[0].permute({1, 2, 0});
    corpus.frames = torch::empty({kFrames, H, W, 3}, torch::kUInt8);
    corpus.motions = torch::zeros({kFrames, 6});
    corpus.actions = torch::ones({kFrames, static_cast<int64_t>(kActionAxes.size())}, torch::kInt64);
    corpus.looks = torch::zeros({kFrames, 1}, torch::kInt64);
    int64_t at = 90;
    std::vector<int64_t> moved;
    for (int64_t t = 0; t < kFrames; ++t) {
        const int64_t way = t == 0 ? 0 : t / kHold % 2 == 0 ? 1 : -1;
        at += way * kPixels;
        const bool noon = t >= kFrames / 2;
        corpus.frames[t].copy_(wall.slice(1, at, at + W) * (noon ? 1.0 : 0.3));
        corpus.motions[t][4] = -0.5 * static_cast<double>(way);
        corpus.actions[t][2] = 1 + way;
        corpus.looks[t][0] = noon ? 1 : 0;
        if (t > 0) moved.push_back(t);
    }
    corpus.moved = torch::tensor(moved);
    corpus.settled = torch::arange(kFrames);
    return corpus;
}

Clip clip_of(const ProbeCorpus& corpus) {
    Clip clip;
    clip.frames = corpus.frames;
    clip.intrinsics = Intrinsics::from_vertical_fov(W, H, 1.0f);
    CameraPose pose;
    for (int64_t t = 0; t < corpus.frames.size(0); ++t) {
        pose = pose * motion_from_code(corpus.motions[t]);
        clip.poses.push_back(pose);
        Action action;
        action.turn = static_cast<float>(corpus.actions[t][2].item<int64_t>() - 1);
        clip.actions.push_back(action);
        clip.prompts.emplace_back();
        clip.looks.emplace_back(corpus.looks[t][0].item<int64_t>() == 1 ? "noon" : "night");
    }
    return clip;
}

TrainerConfig short_training() {
    TrainerConfig config;
    config.steps = 120;
    config.batch = 16;
    config.precision = "fp32";
    config.threads = 1;
    config.optimizer.learning_rate = 3e-3;
    config.optimizer.warmup_steps = 5;
    config.optimizer.ema_decay = 0.9;
    return config;
}

Probe trained(const ProbeCorpus& corpus) {
    const rv::tests::TemporaryFolder folder;
    torch::manual_seed(1);
    ProbeLossConfig loss;
    loss.blur = 0.5;
    loss.noise = 0.02;
    ProbeTask task(corpus, loss);
    CHECK(train(task, short_training(), folder / "run").finished);
    return load_probe(folder / "run/probes.safetensors");
}

double value(const Report& report, const std::string& key) {
    for (const Figure& f : report.figures) {
        if (f.key == key) return f.estimate.value;
    }
    FAIL("no figure " << key);
    return 0;
}

}  // namespace

TEST_CASE("[action_classes] three classes an axis, with room for a resting stick") {
    using Classes = std::array<int64_t, 4>;
    CHECK(action_classes({}) == Classes{1, 1, 1, 1});
    CHECK(action_classes({.forward = 1, .sideways = -1, .turn = 0.2f, .look = -0.5f}) == Classes{2, 0, 1, 0});
}

TEST_CASE("[look_values] the words between the commas") {
    CHECK(look_values("night, snow, meadow") == std::vector<std::string>{"night", "snow", "meadow"});
    CHECK(look_values("").empty());
}

TEST_CASE(
    "[score_reading] counts axes and whole actions, and a shift of one frame pairs with the frame behind") {
    const std::vector<Action> given = {{}, {.forward = 1}, {.turn = 1}, {.turn = -1}};
    const auto read = torch::tensor({{2, 1, 1, 1}, {1, 1, 2, 1}, {1, 1, 2, 1}}, torch::kInt64);
    const ReadingScore score = score_reading(read, given);
    CHECK(score.rows == 3);
    CHECK(score.all_right == 2);
    CHECK(score.right == std::array<int64_t, 4>{3, 3, 2, 3});
    // Frame 2's action against the reading of frame 1, frame 3's against that of frame 2.
    const ReadingScore shifted = score_reading(read, given, 1);
    CHECK(shifted.rows == 2);
    CHECK(shifted.all_right == 0);
}

TEST_CASE("[ProbeTask] learns to read turns and looks, and its checkpoint reads the same") {
    static const ProbeCorpus corpus = panorama();
    static const Clip clip = clip_of(corpus);
    static Probe probe = trained(corpus);  // once for all that is asked below

    SUBCASE("readings are right, and only for the frame that an action led to") {
        const auto read = read_motion(probe, clip.frames).actions;
        const ReadingScore now = score_reading(read, clip.actions);
        CHECK(static_cast<double>(now.all_right) > 0.9 * static_cast<double>(now.rows));
        for (const int64_t shift : {-1, 1}) {
            const ReadingScore other = score_reading(read, clip.actions, shift);
            CHECK(other.all_right < now.all_right);
        }
    }
    SUBCASE("quality on its own frames") {
        const Report report = report_probe({&clip, 1}, probe);
        CHECK(value(report, "probe.action_accuracy") > 0.9);
        CHECK(value(report, "probe.look_accuracy") > 0.9);
        CHECK(value(report, "probe.rotation_error_deg") < 1);  // of 2.4 degrees a frame
    }
    SUBCASE("a world that repeats the truth scores as the truth does, one that stands still does not") {
        Guess guess;
        guess.truth = &clip;
        guess.first = 1;
        guess.frames = clip.frames.slice(0, 1);
        guess.poses = {clip.poses.begin() + 1, clip.poses.end()};
        CHECK(value(report_actions({&guess, 1}, probe), "action.relative_accuracy") == 1);
        CHECK(value(report_camera({&guess, 1}, probe), "camera.rotation_error_deg") < 1);
        guess.frames = clip.frames.slice(0, 1, 2).repeat({79, 1, 1, 1});
        CHECK(value(report_actions({&guess, 1}, probe), "action.relative_accuracy") < 0.6);
        CHECK(value(report_camera({&guess, 1}, probe), "camera.rotation_error_deg") > 1);
    }
    SUBCASE("larger pictures are reduced") {
        const auto large = clip.frames.slice(0, 0, 8).repeat_interleave(2, 1).repeat_interleave(2, 2);
        CHECK(torch::equal(read_looks(probe, large), read_looks(probe, clip.frames.slice(0, 0, 8))));
    }
    SUBCASE("a new prompt is read from the frames behind it") {
        Guess guess;
        guess.truth = &clip;
        guess.first = 30;
        guess.frames = clip.frames.slice(0, 30);
        const Report report = report_looks({&guess, 1}, probe);
        CHECK(value(report, "prompt.accuracy_8") == 1);
        CHECK(value(report, "prompt.time.accuracy_32") == 1);
        guess.frames = clip.frames.slice(0, 0, 1).repeat({50, 1, 1, 1});  // it stays night
        CHECK(value(report_looks({&guess, 1}, probe), "prompt.accuracy_8") == 0);
    }
    SUBCASE("a turn to the right adds up") {
        const auto right = clip.frames.slice(0, 15, 24);  // eight steps of the same direction
        const double told = 8 * 0.5 * kMotionScaleRad;
        CHECK(read_turn_rad(probe, right) == doctest::Approx(told).epsilon(0.4));
    }
}

TEST_CASE("[ProbeTask] the parts of a batch that processes compute add up to the whole") {
    const ProbeCorpus corpus = panorama();
    torch::manual_seed(1);
    ProbeTask task(corpus, {});
    tests::check_parts_add_up(task, 14, 3, 1e-4);
}
