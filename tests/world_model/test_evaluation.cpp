#include <doctest/doctest.h>
#include <torch/torch.h>

#include <cmath>
#include <fstream>

#include "tests/support/temporary_folder.h"
#include "tests/world_model/paint_world.h"
#include "world_model/condition/depth.h"
#include "world_model/evaluation/constant_motion.h"
#include "world_model/evaluation/drift.h"
#include "world_model/evaluation/look_reading.h"
#include "world_model/evaluation/memory.h"
#include "world_model/evaluation/metrics.h"
#include "world_model/evaluation/prediction.h"
#include "world_model/evaluation/tokenizer_quality.h"
#include "world_model/numerics.h"

using namespace rv;
using namespace rv::world_model;

namespace {

constexpr int64_t H = 24, W = 40;
const glm::quat kLevel(1, 0, 0, 0);

Clip empty_clip(int64_t frames) {
    Clip clip;
    clip.frames = torch::zeros({frames, H, W, 3}, torch::kUInt8);
    clip.actions.resize(static_cast<size_t>(frames));
    clip.poses.resize(static_cast<size_t>(frames));
    clip.prompts.assign(static_cast<size_t>(frames), "noon");
    clip.looks.assign(static_cast<size_t>(frames), "noon, clear, meadow");
    clip.intrinsics = Intrinsics::from_vertical_fov(W, H, 1.0f);
    return clip;
}

// Frame t has the value 10 t; the camera stands still up to frame 5, then walks.
Clip brightening() {
    Clip clip = empty_clip(12);
    for (int64_t t = 0; t < 12; ++t) {
        const auto i = static_cast<size_t>(t);
        clip.frames[t].fill_(t * 10);
        clip.actions[i].forward = 0.04f * static_cast<float>(t);
        clip.actions[i].sideways = 0.1f;
        clip.poses[i] = {{0, 0, t <= 5 ? 0.0f : -0.1f * static_cast<float>(t - 5)}, kLevel};
    }
    return clip;
}

GuessPlan short_plan() {
    GuessPlan plan;
    plan.horizon = 4;
    plan.stride = 100;
    return plan;
}

const Figure& figure(const Report& report, const std::string& key) {
    for (const Figure& f : report.figures) {
        if (f.key == key) return f;
    }
    FAIL("no figure " << key);
    return report.figures.front();
}

double beside(const Figure& f, const std::string& key) {
    for (const auto& [name, value] : f.beside) {
        if (name == key) return value;
    }
    FAIL("nothing beside " << f.key << " named " << key);
    return 0;
}

}  // namespace

TEST_CASE("[continue_clip] the action given at a step shows in that step's frame") {
    PaintWorld world;
    const Clip clip = brightening();
    const Guess guess = continue_clip(world, clip, 2, short_plan());
    CHECK(guess.first == 6);
    REQUIRE(guess.size() == 4);
    for (int64_t k = 0; k < 4; ++k) {
        const double told = 0.04 * static_cast<double>(6 + k);
        CHECK(guess.frames[k][0][0][0].item<int64_t>() == std::lround((told + 1) * 127.5));
        // Three frames were shown before the first was generated, and each went a step aside.
        CHECK(guess.poses[static_cast<size_t>(k)].position.x ==
              doctest::Approx(0.1 * static_cast<double>(4 + k)).epsilon(1e-4));
    }
}

TEST_CASE("[continue_clips] ends with the clip, and begins only where enough is left") {
    PaintWorld world;
    const Clip clips[] = {brightening(), brightening()};
    GuessPlan plan;
    plan.horizon = 6;
    plan.least_horizon = 2;
    plan.stride = 3;
    const auto guesses = continue_clips(world, clips, plan, "test");
    REQUIRE(guesses.size() == 6);  // from frames 0, 3 and 6 of each
    CHECK(guesses[0].size() == 6);
    CHECK(guesses[1].size() == 5);
    CHECK(guesses[2].size() == 2);
    CHECK(guesses[5].episode == 1);
}

TEST_CASE("[compare_guesses] counts moving frames only and measures copy-last against the last frame shown") {
    PaintWorld world;
    const Clip clip = brightening();
    const auto guesses = continue_clips(world, {&clip, 1}, short_plan(), "test");
    const int64_t horizons[] = {1, 2, 3, 4, 5};
    const auto quality = compare_guesses(guesses, horizons, true);
    CHECK(quality[1].psnr_db.count() == 0);
    CHECK(quality[2].psnr_db.count() == 1);
    CHECK(quality[4].psnr_db.count() == 0);  // longer than the rollout
    // Shown: frame 3 (value 30); predicted third: frame 6 (value 60).
    CHECK(quality[2].copy_last_psnr_db.mean() == doctest::Approx(20 * std::log10(255.0 / 30)).epsilon(1e-4));
    // The world paints 0.24, byte 158.
    CHECK(quality[2].psnr_db.mean() == doctest::Approx(20 * std::log10(255.0 / 98)).epsilon(1e-3));
    CHECK(compare_guesses(guesses, horizons, false)[1].psnr_db.count() == 1);
}

TEST_CASE("[constant_motion] goes on along a wall as the camera went before") {
    // One pixel a frame: fx * step = depth.
    Clip clip = empty_clip(5);
    const float step = 2.0f / clip.intrinsics.fx;
    const auto wall = (torch::rand({H, W + 5, 3}, generator_for(1, 0)) * 255).to(torch::kUInt8);
    for (int64_t t = 0; t < 5; ++t) {
        clip.frames[t].copy_(wall.slice(1, t, t + W));
        clip.poses[static_cast<size_t>(t)].position.x = step * static_cast<float>(t);
    }
    clip.inverse_depth = torch::full({5, H, W}, inverse_depth_from_metres(2)).to(torch::kFloat16);
    const auto guess = constant_motion(clip, 1, 2), truth = picture(clip.frames, 3);
    const auto inner = [](const torch::Tensor& x) { return x.slice(1, 1, -1).slice(2, 1, -4); };
    CHECK(psnr_db(inner(guess), inner(truth)) > 40);
    CHECK(psnr_db(inner(picture(clip.frames, 1)), inner(truth)) < 15);
    CHECK(psnr_db(constant_motion(clip, 0, 3), picture(clip.frames, 0)) > 60);  // nothing moved before
}

TEST_CASE("[report_tokenizer] a constant error has a PSNR but no flicker") {
    const PaintWorld world;
    Clip clip = brightening();
    clip.frames = (torch::rand({4, H, W, 3}, generator_for(2, 0)) * 100).to(torch::kUInt8);
    const Report report = report_tokenizer(world, {&clip, 1}, 1);
    CHECK(figure(report, "tokenizer.psnr_db").estimate.value == doctest::Approx(20).epsilon(0.01));
    CHECK(figure(report, "tokenizer.flicker_levels").estimate.value < 0.6);  // rounding to bytes
    CHECK(beside(figure(report, "tokenizer.flicker_levels"), "truth_change_levels") > 20);
    CHECK(figure(report, "tokenizer.compression").estimate.value == doctest::Approx(3.0 * H * W / 96));
    CHECK(figure(report, "tokenizer.decode_ms").estimate.value == 2);
}

TEST_CASE("[report_return] compares the last frame with the one before the way") {
    Clip clip = empty_clip(6);
    for (int64_t t = 0; t < 6; ++t) clip.frames[t].fill_(t == 1 ? 100 : t == 5 ? 110 : 200);
    Guess guess;
    guess.truth = &clip;
    guess.first = 2;
    guess.frames = torch::full({4, H, W, 3}, 200, torch::kUInt8);
    guess.frames[3].fill_(120);
    const Report report = report_return({&guess, 1}, "return");
    const Figure& f = figure(report, "memory.return.psnr_db");
    CHECK(f.estimate.value == doctest::Approx(20 * std::log10(255.0 / 20)).epsilon(1e-4));
    CHECK(beside(f, "truth_psnr_db") == doctest::Approx(20 * std::log10(255.0 / 10)).epsilon(1e-4));
    CHECK(beside(f, "elsewhere_psnr_db") == doctest::Approx(20 * std::log10(255.0 / 100)).epsilon(1e-4));
}

TEST_CASE("[report_maze] averages all of the 156 frames behind the 144 that were shown") {
    Clip clip = empty_clip(kMazeContext + kMazeHorizon);
    clip.frames.slice(0, 0, kMazeContext).fill_(100);
    clip.frames.slice(0, kMazeContext).fill_(200);
    Guess guess;
    guess.truth = &clip;
    guess.first = kMazeContext;
    guess.frames = torch::full({kMazeHorizon, H, W, 3}, 190, torch::kUInt8);
    guess.frames.slice(0, 78).fill_(180);  // worse in the second half
    const Report report = report_maze({&guess, 1});
    const Figure& f = figure(report, "memory.maze.psnr_db");
    // Every fourth frame: 19 that are 10 levels off, then 20 that are 20 off.
    const double near = 20 * std::log10(255.0 / 10), far = 20 * std::log10(255.0 / 20);
    CHECK(f.estimate.value == doctest::Approx((19 * near + 20 * far) / 39).epsilon(1e-4));
    CHECK(beside(f, "copy_last_psnr_db") == doctest::Approx(20 * std::log10(255.0 / 100)).epsilon(1e-4));
    REQUIRE(report.plots.size() == 1);
    CHECK(report.plots[0].curves[0].y.front() == doctest::Approx(near).epsilon(1e-4));
    CHECK(report.plots[0].curves[0].y.back() == doctest::Approx(far).epsilon(1e-4));
}

TEST_CASE("[switch_frame] the first frame of the new look") {
    Clip clip = empty_clip(6);
    CHECK(switch_frame(clip) == 6);
    for (size_t t = 4; t < 6; ++t) clip.looks[t] = "night, snow, winter";
    CHECK(switch_frame(clip) == 4);
}

TEST_CASE("[drift_windows] tell a sharp half from one that has collapsed and frozen") {
    Clip clip = empty_clip(40);
    clip.frames = (torch::rand({40, H, W, 3}, generator_for(3, 0)) * 255).to(torch::kUInt8);
    for (auto& action : clip.actions) action.forward = 1;
    Guess guess;
    guess.truth = &clip;
    guess.frames = clip.frames.clone();
    guess.frames.slice(0, 20).fill_(128);
    const auto windows = drift_windows(guess, nullptr, 10);
    REQUIRE(windows.size() == 4);
    CHECK(windows[0].made.sharpness == doctest::Approx(1).epsilon(0.05));
    CHECK(windows[0].made.change == doctest::Approx(1).epsilon(0.05));
    CHECK(windows[0].made.colour_shift_levels < 3);
    CHECK(windows[3].made.sharpness < 1e-6);
    CHECK(windows[3].made.change == 0);
    CHECK(windows[3].real.sharpness == doctest::Approx(1).epsilon(0.05));
    CHECK(std::isnan(windows[0].made.frechet));

    const Report report = report_drift(windows, "drift.random");
    CHECK(figure(report, "drift.random.sharpness_min").estimate.value < 1e-6);
    CHECK(figure(report, "drift.random.sharpness_max").estimate.value == doctest::Approx(1).epsilon(0.05));
    CHECK(figure(report, "drift.random.collapsed").estimate.value == 1);
    CHECK(figure(report, "drift.random.frozen").estimate.value == 1);
    REQUIRE(report.remarks.size() == 2);
    CHECK(report.remarks[0].find("from frame 20") != std::string::npos);
    CHECK(figure(summarise_drift({windows, windows}), "drift.sharpness").estimate.value ==
          doctest::Approx(0.5).epsilon(0.05));
}

TEST_CASE("[Report] figures go to their keys, with interval and baselines beside them") {
    Report report;
    Estimate e{12.346, 12, 13, 8};
    report.figures = {{"prediction.next.psnr_db", e, {{"copy_last_psnr_db", 10.111}, {"frames", 8}}, 2},
                      {"drift.frechet_max", {}, {}, 2}};
    report.remarks = {"something to know"};
    report.plots = {{"curve", {.title = "A curve", .x_label = "x", .y_label = "y"}, {{"a", {0, 1}, {0, 1}}}}};
    nlohmann::json j;
    put_figures(j, report);
    CHECK(j.dump() ==
          R"({"drift":{"frechet_max":null},"prediction":{"next":{"copy_last_psnr_db":10.11,"frames":8,)"
          R"("psnr_db":12.35,"psnr_db_ci":[12.0,13.0]}}})");
    CHECK(markdown(report).find(
              "| `prediction.next.psnr_db` | 12.35 | 12.00 to 13.00 | copy_last_psnr_db 10.11, "
              "frames 8 |") != std::string::npos);

    const rv::tests::TemporaryFolder folder;
    write_report(folder / "report", j, "A world", report);
    CHECK(std::filesystem::file_size(folder / "report/curve.png") > 1000);
    std::ifstream page(folder / "report/evaluation.md");
    const std::string text((std::istreambuf_iterator<char>(page)), {});
    CHECK(text.find("![A curve](curve.png)") != std::string::npos);
    CHECK(text.find("- something to know") != std::string::npos);
    CHECK(nlohmann::json::parse(std::ifstream(folder / "report/evaluation.json")) == j);
}
