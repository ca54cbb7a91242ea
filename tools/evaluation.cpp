#include "tools/evaluation.h"

#include "engine/asset/assets_folder.h"
#include "engine/core/error.h"
#include "engine/core/progress.h"
#include "engine/simulator/ego.h"
#include "world_model/evaluation/action_reading.h"
#include "world_model/evaluation/camera_motion.h"
#include "world_model/evaluation/drift.h"
#include "world_model/evaluation/look_reading.h"
#include "world_model/evaluation/memory.h"
#include "world_model/evaluation/prediction.h"
#include "world_model/evaluation/probe_quality.h"
#include "world_model/evaluation/tokenizer_quality.h"

namespace rv::tools {

namespace wm = world_model;

namespace {

constexpr int64_t kShown = 4;  // true frames before a rollout
// Each part has places of its own.
constexpr std::uint64_t kDriftSeeds = 100'000, kPromptSeeds = 200'000, kReturnSeeds = 300'000;

std::string require_environment(const wm::WorldInfo& info) {
    if (info.environment.empty())
        throw UsageError(info.title + " has no simulator to compare with", "--data with recordings");
    return info.environment;
}

}  // namespace

Evaluation::Evaluation(wm::World& world, const EvaluationPlan& plan)
    : world_(world),
      plan_(plan),
      environment_(require_environment(world.info())),
      truth_(environment_, world.info().width, world.info().height) {
    if (plan_.probe.empty()) {
        const auto known = asset::assets_folder() / "probes" / (environment_ + ".safetensors");
        if (std::filesystem::exists(known)) plan_.probe = known;
    }
    if (!plan_.probe.empty()) probe_ = wm::load_probe(plan_.probe);
}

const std::vector<std::string>& Evaluation::parts() {
    static const std::vector<std::string> names = {"tokenizer", "prediction", "memory", "action",
                                                   "camera",    "prompt",     "drift",  "probe"};
    return names;
}

wm::Report Evaluation::run(const std::string& part) {
    if (part == "tokenizer") return tokenizer();
    if (part == "prediction") return prediction();
    if (part == "memory") return memory();
    if (part == "drift") return drift();
    if (!probe_) return left_out(part);
    if (part == "action") return actions();
    if (part == "camera") return camera();
    if (part == "prompt") return prompt();
    if (part == "probe") return probe_quality();
    throw UsageError("there is no part of the evaluation named " + part);
}

wm::Report Evaluation::left_out(const std::string& part) const {
    wm::Report report;
    report.remarks = {part + ": left out, there is no probe for " + environment_ + " (reverie train probes)"};
    return report;
}

wm::Report Evaluation::tokenizer() {
    return wm::report_tokenizer(world_, clips(), 8);
}

wm::Report Evaluation::prediction() {
    wm::Report report = wm::report_prediction(guesses(), "prediction");
    wm::GuessPlan plan = guess_plan();
    plan.true_poses = true;
    plan.horizon = std::min<int64_t>(plan.horizon, 16);
    report.append(wm::report_prediction(wm::continue_clips(world_, clips(), plan, "predict, true poses"),
                                        "prediction_true_poses"));
    return report;
}

wm::Report Evaluation::memory() {
    wm::Report report;
    if (environment_ == "maze") {
        const int64_t frames = wm::kMazeContext + wm::kMazeHorizon;
        const auto episodes = play("simulate, maze", plan_.episodes, plan_.seed_start, frames, {});
        wm::GuessPlan plan = guess_plan();
        plan.context = wm::kMazeContext;
        plan.horizon = plan.least_horizon = wm::kMazeHorizon;
        report.append(wm::report_maze(wm::continue_clips(world_, episodes, plan, "remember")));
    }
    report.append(wm::report_return(turns(), "return"));
    const Inputs walk = there_and_back(kShown - 1, simulator::EgoLimits::on_foot().backward_part);
    const auto walks = play("simulate, walks", plan_.episodes, plan_.seed_start + kReturnSeeds,
                            static_cast<int64_t>(walk.size()) + 1, [&](int) { return walk; });
    wm::GuessPlan plan = guess_plan();
    plan.horizon = plan.least_horizon = static_cast<int64_t>(walk.size()) + 1 - kShown;
    report.append(
        wm::report_return(wm::continue_clips(world_, walks, plan, "walk there and back"), "walk_return"));
    return report;
}

wm::Report Evaluation::actions() {
    return wm::report_actions(guesses(), *probe_);
}

wm::Report Evaluation::camera() {
    wm::Report report = wm::report_camera(guesses(), *probe_);
    report.append(wm::report_turns(turns(), *probe_));
    return report;
}

wm::Report Evaluation::prompt() {
    constexpr int64_t kBefore = 12, kAfter = 32;
    if (!world_.info().has_prompt) return {};
    std::vector<wm::Clip> changes;
    const int count = 2 * plan_.episodes;
    ProgressBar progress("simulate, prompts", "clips", static_cast<uint64_t>(count));
    for (int i = 0; i < count; ++i) {
        const std::uint64_t seed = plan_.seed_start + kPromptSeeds + static_cast<std::uint64_t>(i);
        const std::string look = truth_.play(seed, 1).looks[0];
        changes.push_back(
            truth_.play(seed, kBefore + kAfter, prompt_switch(another_look(look, seed), kBefore)));
        progress.update(static_cast<uint64_t>(i + 1));
    }
    progress.finish();
    wm::GuessPlan plan = guess_plan();
    plan.horizon = plan.least_horizon = kBefore + kAfter - kShown;
    return wm::report_looks(wm::continue_clips(world_, changes, plan, "change the prompt"), *probe_);
}

wm::Report Evaluation::drift() {
    const int64_t frames = plan_.drift_frames + kShown;
    const int64_t window = std::max<int64_t>(plan_.drift_frames / 10, 10);
    wm::Report report;
    std::vector<std::vector<wm::DriftWindow>> kinds;
    for (const std::string kind : {"human", "random"}) {
        const std::uint64_t seed = plan_.seed_start + kDriftSeeds + kinds.size();
        auto clip = play("simulate, " + kind, 1, seed, frames,
                         [&](int) { return kind == "random" ? random_inputs(frames, seed) : Inputs{}; });
        const auto rollout = long_rollout(clip, "drift, " + kind);
        kinds.push_back(wm::drift_windows(rollout, probe_ ? &*probe_ : nullptr, window));
        report.append(wm::report_drift(kinds.back(), "drift." + kind));
    }
    report.append(wm::summarise_drift(kinds));
    return report;
}

wm::Report Evaluation::probe_quality() {
    return wm::report_probe(clips(), *probe_);
}

const std::vector<wm::Clip>& Evaluation::clips() {
    if (!clips_) {
        const Inputs script =
            plan_.actions.empty() ? Inputs{} : read_inputs(plan_.actions, world_.info().frame_rate);
        clips_ =
            play("simulate", plan_.episodes, plan_.seed_start, plan_.frames, [&](int) { return script; });
    }
    return *clips_;
}

const Evaluation::Guesses& Evaluation::guesses() {
    if (!guesses_) guesses_ = wm::continue_clips(world_, clips(), guess_plan(), "predict");
    return *guesses_;
}

const std::vector<wm::Clip>& Evaluation::turn_clips() {
    if (!turn_clips_) {
        const Inputs turn = full_turn(truth_.spec(), kShown - 1);
        turn_clips_ = play("simulate, turns", plan_.episodes, plan_.seed_start + kReturnSeeds,
                           static_cast<int64_t>(turn.size()) + 1, [&](int) { return turn; });
    }
    return *turn_clips_;
}

const Evaluation::Guesses& Evaluation::turns() {
    if (!turns_) {
        wm::GuessPlan plan = guess_plan();
        plan.horizon = plan.least_horizon = turn_clips().front().size() - kShown;
        turns_ = wm::continue_clips(world_, turn_clips(), plan, "turn");
    }
    return *turns_;
}

std::vector<wm::Clip> Evaluation::play(const std::string& label, int count, std::uint64_t first_seed,
                                       int64_t frames, const std::function<Inputs(int)>& inputs) {
    std::vector<wm::Clip> clips;
    ProgressBar progress(label, "clips", static_cast<uint64_t>(count));
    for (int i = 0; i < count; ++i) {
        clips.push_back(
            truth_.play(first_seed + static_cast<std::uint64_t>(i), frames, inputs ? inputs(i) : Inputs{}));
        progress.update(static_cast<uint64_t>(i + 1));
    }
    progress.finish();
    return clips;
}

wm::Guess Evaluation::long_rollout(std::vector<wm::Clip>& clip, const std::string& label) {
    wm::GuessPlan plan = guess_plan();
    plan.horizon = plan.least_horizon = clip.front().size() - kShown;
    return std::move(wm::continue_clips(world_, clip, plan, label).front());
}

wm::GuessPlan Evaluation::guess_plan() const {
    wm::GuessPlan plan;
    plan.context = kShown;
    plan.horizon = plan_.horizon;
    plan.sampler_steps = plan_.sampler_steps;
    return plan;
}

}  // namespace rv::tools
